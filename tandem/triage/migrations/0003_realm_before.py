from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0002_suggested'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='realm_before',
            field=models.SlugField(blank=True, db_index=False, editable=False, max_length=40, null=True),
        ),
    ]
