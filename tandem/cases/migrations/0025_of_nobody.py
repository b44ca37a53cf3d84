from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0024_found_by_batches")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS cases_open_of_nobody", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("ball"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                name="cases_open_of_nobody",
                condition=models.Q(("in_queue", True), ("ball", "support"), ("ball_team", None), ("ball_with", None)),
            ),
        ),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS cases_open_by_turn", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("ball_with"),
                models.OrderBy(models.F("next_update_at"), nulls_first=True),
                models.F("id"),
                name="cases_open_by_turn",
                condition=models.Q(in_queue=True),
            ),
        ),
        RemoveIndexConcurrently(model_name="case", name="cases_open_by_whose_turn"),
    ]
