from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import PROTECT

KEY = "cases_event_case_id_59b954a1"


class Migration(migrations.Migration):
    """By hand: Django would make the foreign key anew, and read the whole ledger while nobody can write."""

    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0025_of_nobody")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS events_of_case", migrations.RunSQL.noop),
        AddIndexConcurrently("event", models.Index(fields=["case", "at"], name="events_of_case")),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {KEY}",
                    f"CREATE INDEX CONCURRENTLY {KEY} ON cases_event (case_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "event",
                    "case",
                    models.ForeignKey("cases.case", on_delete=PROTECT, related_name="events", db_index=False),
                )
            ],
        ),
    ]
