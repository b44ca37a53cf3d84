from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Max

AT_ONCE = 5000


def fill(apps: Any, schema_editor: Any) -> None:
    """A part at a time, each its own commit: begun again, it goes on where it was stopped, and nobody waits for it."""
    messages = apps.get_model("cases", "Message").objects.using(schema_editor.connection.alias)
    last = messages.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, AT_ONCE):
        part = messages.filter(pk__gte=first, pk__lt=first + AT_ONCE, stands_on=None)
        part.update(stands_on=F("case"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0006_where_messages_stand")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        # One that was stopped half-way is there already, and no good.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS messages_standing_on", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "message", models.Index(fields=["stands_on", "created_at", "id"], name="messages_standing_on")
        ),
        RemoveIndexConcurrently("message", "messages_of_case"),
    ]
