"""By which measures a work method is judged, and over how many months before and after it was taken over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_keys_of_records")]

    operations = [
        migrations.AddField(
            model_name="workmethod", name="judged_months", field=models.PositiveSmallIntegerField(default=6)
        ),
        migrations.AddField(model_name="workmethod", name="outcomes", field=models.JSONField(blank=True, default=list)),
    ]
