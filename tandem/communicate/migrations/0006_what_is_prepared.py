from django.db import migrations, models

# Few rows wait, and an index has them.
TELL_APART = """
    UPDATE communicate_plannedupdate SET prepared_at = planned_at
    WHERE update_id IS NULL AND withdrawn_at IS NULL
    AND held_why = 'It was prepared from a template: somebody reads it and lets it leave.'
"""


class Migration(migrations.Migration):
    dependencies = [("communicate", "0005_calls_and_templates")]

    operations = [
        migrations.AddField(
            model_name="plannedupdate",
            name="prepared_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(TELL_APART, migrations.RunSQL.noop),
    ]
