import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_outcomes")]

    operations = [
        migrations.AddField(
            model_name="recordmatter",
            name="unsaid_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practices.record",
            ),
        ),
    ]
