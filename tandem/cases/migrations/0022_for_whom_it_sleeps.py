from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0021_unjudged")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="snoozed_side",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="For whom it sleeps.", max_length=16
            ),
        ),
    ]
