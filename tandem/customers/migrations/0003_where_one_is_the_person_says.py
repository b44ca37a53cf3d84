"""Where a contact is, is said of the person from now on.

The column stays, empty for whoever is new, until a later version: while processes are restarted one by one, those of the
version before still ask for it.
"""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import tandem.kit.zones


def to_people(apps, schema_editor):
    told = apps.get_model("customers", "Contact").objects.exclude(time_zone="")
    people = apps.get_model("people", "User").objects.filter(pk__in=told.values("user"))
    people.update(time_zone=Subquery(told.filter(user=OuterRef("pk")).values("time_zone")))


def to_contacts(apps, schema_editor):
    person = apps.get_model("people", "User").objects.filter(pk=OuterRef("user"))
    apps.get_model("customers", "Contact").objects.update(time_zone=Subquery(person.values("time_zone")))


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_mail_that_comes_back"), ("people", "0004_where_one_is")]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="time_zone",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="As in the tz database, “Europe/Lisbon”.",
                max_length=64,
                validators=[tandem.kit.zones.is_time_zone],
            ),
        ),
        migrations.RunPython(to_people, to_contacts),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("contact", "time_zone")]),
    ]
