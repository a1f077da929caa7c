from typing import Any

import pithead.kernel.spelling
from django.db import migrations
from pithead.kernel.spelling import spelled

BATCH = 1000


def spell(apps: Any, _schema_editor: Any) -> None:
    """What stood before the column was there. In batches, and again without harm: what is spelled already stays."""
    for name in ("Unit", "Person"):
        model = apps.get_model("org", name)
        last = 0
        while rows := list(model.objects.filter(pk__gt=last, spelling="").only("pk", "name").order_by("pk")[:BATCH]):
            last = rows[-1].pk
            for row in rows:
                row.spelling = spelled(row.name)
            model.objects.bulk_update(rows, ["spelling"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("org", "0002_post_seat")]

    operations = [
        migrations.AddField("person", "spelling", pithead.kernel.spelling.SpelledField()),
        migrations.AddField("unit", "spelling", pithead.kernel.spelling.SpelledField()),
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]
