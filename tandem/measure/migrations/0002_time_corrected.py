import django.db.models.deletion
import tandem.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0020_pressing_first'),
        ('measure', '0001_the_baselines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TimeCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.SmallIntegerField(verbose_name='minutes, more or less')),
                ('why', models.CharField(max_length=200)),
                ('corrected_at', models.DateTimeField(default=tandem.kit.clock.now, editable=False)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_corrections', to='cases.case')),
                ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['corrected_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__range', (-1440, 1440)), models.Q(('minutes', 0), _negated=True)), name='time_correction_at_most_a_day'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='time_correction_says_why')],
            },
        ),
    ]
