import django.db.models.deletion
import tandem.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0020_pressing_first'),
        ('people', '0002_what_a_team_signs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(blank=True, max_length=10000)),
                ('since', models.DateTimeField()),
                ('sent_at', models.DateTimeField(default=tandem.kit.clock.now, editable=False)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers_given', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handovers_taken', to=settings.AUTH_USER_MODEL)),
                ('to_team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='people.team')),
            ],
            options={
                'ordering': ['-sent_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Handed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next', models.CharField(blank=True, max_length=300)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('moved', models.JSONField(default=list)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed', to='cases.case')),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handed', to='shifts.handover')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=tandem.kit.clock.now, editable=False)),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readers', to='shifts.handover')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(default=tandem.kit.clock.now, editable=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-began_at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to', None), ('to_team__isnull', False)), models.Q(('to__isnull', False), ('to_team', None)), _connector='OR'), name='hand_over_to_one_colleague_or_one_team'),
        ),
        migrations.AddIndex(
            model_name='handed',
            index=models.Index(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=['handover'], name='handed_and_waiting'),
        ),
        migrations.AddConstraint(
            model_name='handed',
            constraint=models.UniqueConstraint(models.F('handover'), models.F('case'), name='a_case_once_in_a_hand_over'),
        ),
        migrations.AddConstraint(
            model_name='handed',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None), _connector='OR'), name='handed_case_is_taken_or_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(models.F('handover'), models.F('person'), name='a_hand_over_is_read_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(models.F('person'), condition=models.Q(('ended_at', None)), name='one_shift_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='shift_ends_after_it_began'),
        ),
    ]
