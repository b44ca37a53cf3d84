from django.db import migrations, models

NAMED = {
    "time": "its time has come", "customer": "{name} wrote", "engineering": "engineering answered",
    "promise": "the promise is due soon", "clock": "a clock is due soon or was not met in time",
    "case": "case {name} closed", "withdrawn": "the escalation was withdrawn",
    "nothing": "no linked case is left to wait for", "anything": "{name} did something here",
    "turn": "{name} passed the ball", "owner": "{name} owns it now", "hand": "woken by {name}",
    "again": "{name} snoozed it anew", "closed": "the case was closed", "merged": "it is read as part of another case",
}  # fmt: skip


def _sides(apps, schema_editor):
    """Of what sleeps now."""
    sleeping = apps.get_model("organize", "Snooze").objects.filter(ended_at=None)
    cases = apps.get_model("cases", "Case").objects
    engineers = sleeping.filter(begun_by__role="engineer")
    cases.filter(pk__in=engineers.values("case")).update(snoozed_side="engineering")
    cases.filter(pk__in=sleeping.exclude(begun_by__role="engineer").values("case")).update(snoozed_side="support")


def _as_it_was_called_before(apps, schema_editor):
    snoozes = apps.get_model("organize", "Snooze").objects
    snoozes.filter(ended_why__in=["turn", "owner"]).update(ended_why="anything")


class Migration(migrations.Migration):

    dependencies = [("cases", "0022_for_whom_it_sleeps"), ("organize", "0005_why_it_woke")]

    operations = [
        migrations.RunPython(_sides, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="snooze", name="a_snooze_ends_for_a_reason"),
        migrations.RunPython(migrations.RunPython.noop, _as_it_was_called_before),
        migrations.AlterField(
            model_name="snooze",
            name="ended_why",
            field=models.CharField(blank=True, choices=[*NAMED.items()], max_length=16),
        ),
        migrations.AddConstraint(
            model_name="snooze",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_why", ""))
                | models.Q(("ended_at__isnull", False), ("ended_why__in", [*NAMED])),
                name="a_snooze_ends_for_a_reason",
            ),
        ),
    ]
