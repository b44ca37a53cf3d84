from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a big table takes writes meanwhile

    dependencies = [
        ('cases', '0019_each_word_has_its_index'),
        ('customers', '0002_mail_that_comes_back'),
        ('people', '0002_what_a_team_signs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(models.F('ball_with'), models.F('ball'), models.OrderBy(models.F('next_update_at'), nulls_first=True), models.F('id'), condition=models.Q(('in_queue', True), ('priority', 1)), name='cases_critical_by_whose_turn'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(('in_queue', True), ('priority', 0)), fields=['number'], name='cases_nobody_judged'),
        ),
    ]
