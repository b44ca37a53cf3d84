from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communicate', '0005_calls_and_templates'),
    ]

    operations = [
        migrations.AddField(
            model_name='plannedupdate',
            name='because',
            field=models.JSONField(default=dict, help_text='What the lines of its leaving say: the run it came of.'),
        ),
    ]
