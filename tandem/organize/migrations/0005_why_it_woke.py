
from django.conf import settings
from django.db import migrations, models


def _as_it_was_called_before(apps, schema_editor):
    snoozes = apps.get_model('organize', 'Snooze').objects
    snoozes.filter(ended_why__in=['clock', 'withdrawn', 'nothing']).update(ended_why='time')


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0020_pressing_first'),
        ('organize', '0004_texts_are_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='snooze',
            name='a_snooze_ends_for_a_reason',
        ),
        migrations.RunPython(migrations.RunPython.noop, _as_it_was_called_before),
        migrations.AlterField(
            model_name='snooze',
            name='ended_why',
            field=models.CharField(blank=True, choices=[('time', 'its time has come'), ('customer', '{name} wrote'), ('engineering', 'engineering answered'), ('promise', 'the promise is due soon'), ('clock', 'a clock is due soon or was not met in time'), ('case', 'case {name} closed'), ('withdrawn', 'the escalation was withdrawn'), ('nothing', 'no linked case is left to wait for'), ('anything', '{name} did something here'), ('hand', 'woken by {name}'), ('again', '{name} snoozed it anew'), ('closed', 'the case was closed'), ('merged', 'it is read as part of another case')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='snooze',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_why', '')), models.Q(('ended_at__isnull', False), ('ended_why__in', ['time', 'customer', 'engineering', 'promise', 'clock', 'case', 'withdrawn', 'nothing', 'anything', 'hand', 'again', 'closed', 'merged'])), _connector='OR'), name='a_snooze_ends_for_a_reason'),
        ),
    ]
