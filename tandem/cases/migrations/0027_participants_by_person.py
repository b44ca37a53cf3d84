from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

CASE, USER = "cases_participant_case_id_85d6d352", "cases_participant_user_id_a70c44a2"


class Migration(migrations.Migration):
    """By hand: Django would make the foreign keys anew, and read the whole table while nobody can write."""

    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0026_events_of_a_case_by_time")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS cases_of_a_person", migrations.RunSQL.noop),
        AddIndexConcurrently("participant", models.Index(fields=["user", "case"], name="cases_of_a_person")),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY {name} ON cases_participant ({column})",
                )
                for name, column in ((CASE, "case_id"), (USER, "user_id"))
            ],
            state_operations=[
                migrations.AlterField(
                    "participant",
                    "case",
                    models.ForeignKey("cases.case", on_delete=CASCADE, related_name="participants", db_index=False),
                ),
                migrations.AlterField(
                    "participant",
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="participations", db_index=False
                    ),
                ),
            ],
        ),
    ]
