import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [("cases", "0025_of_nobody")]

    operations = [
        AddIndexConcurrently("event", models.Index(fields=["case", "at"], name="events_of_case")),
        migrations.AlterField(
            "event",
            "case",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="cases.case",
            ),
        ),
    ]
