from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organize', '0005_why_it_woke'),
    ]

    operations = [
        migrations.AddField(
            model_name='snooze',
            name='because',
            field=models.JSONField(default=dict, help_text='What the line of its end says: the run it came of.'),
        ),
    ]
