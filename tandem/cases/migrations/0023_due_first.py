from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0022_for_whom_it_sleeps")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["due_at", "id"], name="cases_open_due_first", condition=models.Q(("in_queue", True))
            ),
        ),
        RemoveIndexConcurrently(model_name="case", name="cases_open_by_due"),
    ]
