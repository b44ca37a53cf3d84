import tandem.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0020_pressing_first'),
        ('triage', '0001_the_triage'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Schooling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cases', models.PositiveIntegerField()),
                ('counts', models.JSONField()),
                ('learned_at', models.DateTimeField(default=tandem.kit.clock.now, editable=False)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='assessment',
            name='suggested',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='assessment',
            name='taken_back_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='assessment',
            name='why_not',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='assignment',
            name='why',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('taken_back_at', None), models.Q(('superseded_at', None), _negated=True), _connector='OR'), name='assessment_taken_back_does_not_stand'),
        ),
    ]
