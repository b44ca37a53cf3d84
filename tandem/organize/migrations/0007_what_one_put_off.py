from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("organize", "0006_for_whom_it_sleeps")]

    operations = [
        AddIndexConcurrently(
            model_name="snooze",
            index=models.Index(
                fields=["begun_by", "until"], name="snoozes_of_person", condition=models.Q(("ended_at", None))
            ),
        ),
    ]
