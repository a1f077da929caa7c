from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issues", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="involved", name="involved_who"),
        migrations.AddIndex(
            model_name="involved", index=models.Index(fields=["mine", "who", "role"], name="involved_who")
        ),
    ]
