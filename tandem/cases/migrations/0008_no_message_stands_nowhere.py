from django.db import migrations, models
from django.db.models.deletion import PROTECT

# A checked constraint first, each step its own commit: the column then becomes NOT NULL without anybody waiting for a
# look at every message.
DEMAND = [
    "ALTER TABLE cases_message DROP CONSTRAINT IF EXISTS message_stands_somewhere",
    "ALTER TABLE cases_message ADD CONSTRAINT message_stands_somewhere CHECK (stands_on_id IS NOT NULL) NOT VALID",
    "ALTER TABLE cases_message VALIDATE CONSTRAINT message_stands_somewhere",
    "ALTER TABLE cases_message ALTER COLUMN stands_on_id SET NOT NULL",
    "ALTER TABLE cases_message DROP CONSTRAINT message_stands_somewhere",
]
ALLOW = ["ALTER TABLE cases_message ALTER COLUMN stands_on_id DROP NOT NULL"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0007_every_message_stands")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DEMAND, ALLOW)],
            state_operations=[
                migrations.AlterField(
                    "message",
                    "stands_on",
                    models.ForeignKey(
                        "cases.case", on_delete=PROTECT, related_name="+", db_index=False, editable=False
                    ),
                )
            ],
        )
    ]
