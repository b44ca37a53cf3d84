import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import tandem.kit.clock


class Migration(migrations.Migration):
    """A mail that waits needs no job beside its row. Jobs of the version before are let go; their mails are read all the same."""

    atomic = False

    dependencies = [
        ("submit", "0010_who_checked_and_what_it_repeats"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="read_after",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=tandem.kit.clock.now, editable=False),
        ),
        AddIndexConcurrently(
            model_name="submission",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["read_after", "id"], name="submissions_waiting"),
        ),
        migrations.RunSQL(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'submit.process' AND status = 'todo'", migrations.RunSQL.noop
        ),
    ]
