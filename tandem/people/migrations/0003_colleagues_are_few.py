
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_what_a_team_signs'),
    ]

    atomic = False
    operations = [
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(condition=models.Q(('role', 'contact'), _negated=True), fields=['name'], name='users_of_the_house'),
        ),
    ]
