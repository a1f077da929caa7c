"""What was sealed under the key of the column is sealed anew, each record's under its own key. Run again after an interruption it
goes on: what has its form already is passed over, a key that was made stays. There is no way back: the new keys do not end."""

from django.db import migrations, models

from pithead.kernel import crypto, vault

AT_ONCE = 500
FORMER = "practices.record.sealed"


def seal_anew(apps, schema_editor):
    rows = apps.get_model("practices", "Record").objects.using(schema_editor.connection.alias)
    former = rows.filter(sealed__startswith=crypto.PREFIX).only("pk", "sealed").order_by("pk")
    while batch := list(former[:AT_ONCE]):
        vault.new_keys([one.pk for one in batch], of="records")
        for one in batch:
            text = crypto.decrypt(one.sealed, column=FORMER)
            one.sealed = vault.seal_text(one.pk, text, where="answers", of="records")
        rows.bulk_update(batch, ["sealed"])


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial")]

    operations = [
        # The same column of text in both databases: nothing to change there.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="record", name="sealed", field=models.TextField(blank=True, default="")
                )
            ]
        ),
        migrations.RunPython(seal_anew),
    ]
