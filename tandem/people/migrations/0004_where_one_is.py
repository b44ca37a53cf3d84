from django.db import migrations, models

import tandem.kit.zones


class Migration(migrations.Migration):
    dependencies = [("people", "0003_colleagues_are_few")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="As in the tz database, “Europe/Lisbon”; empty: as in the house.",
                max_length=64,
                validators=[tandem.kit.zones.is_time_zone],
                verbose_name="time zone",
            ),
        ),
    ]
