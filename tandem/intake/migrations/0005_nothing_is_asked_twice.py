from django.db import migrations, models
from django.db.models import F


def number_lines(apps, schema_editor):
    """As they were numbered in the letters that left."""
    apps.get_model("intake", "ReadBackLine").objects.update(number=F("position") + 1)


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_replies_are_read")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="is_unknown",
            field=models.BooleanField(default=False, help_text="The answer is that they do not know."),
        ),
        migrations.AddField(
            model_name="readbackline",
            name="number",
            field=models.PositiveSmallIntegerField(
                editable=False, null=True, help_text="By which the customer answers it in a reply."
            ),
        ),
        migrations.RunPython(number_lines, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="readbackline",
            name="number",
            field=models.PositiveSmallIntegerField(
                editable=False, help_text="By which the customer answers it in a reply."
            ),
        ),
        migrations.AddConstraint(
            model_name="readbackline",
            constraint=models.UniqueConstraint(models.F("readback"), models.F("number"), name="one_line_per_number"),
        ),
    ]
