import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mail is known again by what it says, not by its Message-ID alone. While it runs, mail comes in as ever."""

    atomic = False

    dependencies = [
        ("cases", "0012_who_might_take_part"),
        ("submit", "0004_reports_to_be_confirmed"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="cause",
            field=models.CharField(blank=True, choices=[("unreadable", "cannot be read"), ("ourselves", "says it is us"), ("flood", "too many"), ("sender", "unclear sender"), ("retired", "retired sender"), ("program", "written by a program"), ("returned", "brought back")], db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="submission",
            name="content_key",
            field=models.CharField(db_default="", default="", editable=False, help_text="Of what it says, however it came.", max_length=64),
        ),
        migrations.AddField(
            model_name="submission",
            name="released_into",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    model_name="submission",
                    constraint=models.UniqueConstraint(models.F("author_told"), models.F("mail_id"), models.F("content_key"), condition=models.Q(("state", "landed"), models.Q(("content_key", ""), _negated=True)), name="one_landing_per_content"),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_landing_per_content"
                    " ON submit_submission (author_told, mail_id, content_key)"
                    " WHERE state = 'landed' AND NOT (content_key = '')",
                    "DROP INDEX CONCURRENTLY IF EXISTS one_landing_per_content",
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="submission", name="one_landing_per_mail"),
        AddIndexConcurrently(
            model_name="submission",
            index=models.Index(condition=models.Q(("state__in", ["noted", "rejected"])), fields=["received_at"], name="submissions_out_of_sight"),
        ),
    ]
