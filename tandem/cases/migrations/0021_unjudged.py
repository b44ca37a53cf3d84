from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

BEFORE_TRIAGE = ["submit", "intake", "triage"]


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0020_pressing_first")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["number"],
                name="cases_unjudged",
                condition=models.Q(("in_queue", True), ("priority", 0), ("stage__in", BEFORE_TRIAGE)),
            ),
        ),
        RemoveIndexConcurrently(model_name="case", name="cases_nobody_judged"),
    ]
