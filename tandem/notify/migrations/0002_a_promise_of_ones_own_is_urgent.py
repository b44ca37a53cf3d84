
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0001_watching_and_notices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='calm',
            name='urgent_passes',
            field=models.BooleanField(default=True, verbose_name='A promise I keep that is about to break may disturb me in quiet hours'),
        ),
    ]
