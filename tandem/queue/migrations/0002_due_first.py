from django.conf import settings
from django.db import migrations, models


def _as_usual(apps, schema_editor):
    for model in ("OwnLayout", "SavedView"):
        apps.get_model("queue", model).objects.filter(order="due").update(order="")


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_colleagues_are_few'),
        ('queue', '0001_saved_views'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ownlayout',
            name='ownlayout_order_known',
        ),
        migrations.RemoveConstraint(
            model_name='savedview',
            name='savedview_order_known',
        ),
        migrations.RunPython(migrations.RunPython.noop, _as_usual),
        migrations.AlterField(
            model_name='ownlayout',
            name='order',
            field=models.CharField(blank=True, choices=[('promise', 'Next promise first'), ('due', 'Due first, by the clocks'), ('priority', 'By priority; not judged first'), ('opened', 'Newest first'), ('activity', 'Last change first')], max_length=16),
        ),
        migrations.AlterField(
            model_name='savedview',
            name='order',
            field=models.CharField(blank=True, choices=[('promise', 'Next promise first'), ('due', 'Due first, by the clocks'), ('priority', 'By priority; not judged first'), ('opened', 'Newest first'), ('activity', 'Last change first')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='ownlayout',
            constraint=models.CheckConstraint(condition=models.Q(('order__in', ['', 'promise', 'due', 'priority', 'opened', 'activity'])), name='ownlayout_order_known'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('order__in', ['', 'promise', 'due', 'priority', 'opened', 'activity'])), name='savedview_order_known'),
        ),
    ]
