"""Whose quiet hours had a zone of their own is there from now on; who had the house's goes on with the house.

The column stays, empty for whoever is new, until a later version: while processes are restarted one by one, those of the
version before still ask for it.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

import tandem.kit.zones


def to_people(apps, schema_editor):
    told = apps.get_model("notify", "Calm").objects.exclude(zone__in=["", settings.TIME_ZONE])
    people = apps.get_model("people", "User").objects.filter(pk__in=told.values("user"))
    people.update(time_zone=Subquery(told.filter(user=OuterRef("pk")).values("zone")))


def to_calm(apps, schema_editor):
    person = apps.get_model("people", "User").objects.filter(pk=OuterRef("user"))
    told = NullIf(Subquery(person.values("time_zone")), Value(""))
    apps.get_model("notify", "Calm").objects.update(zone=Coalesce(told, Value(settings.TIME_ZONE)))


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_a_promise_of_ones_own_is_urgent"), ("people", "0004_where_one_is")]

    operations = [
        migrations.AlterField(
            model_name="calm",
            name="zone",
            field=models.CharField(
                db_default="", max_length=64, validators=[tandem.kit.zones.is_time_zone], verbose_name="Time zone"
            ),
        ),
        migrations.RunPython(to_people, to_calm),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("calm", "zone")]),
    ]
