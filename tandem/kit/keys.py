"""Rows by their keys."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, Value

KEYS: ArrayField = ArrayField(BigIntegerField())


def one_of(keys: Iterable[int] | QuerySet) -> Q:
    """Rows with one of these keys, as one value where `pk__in` writes each. What a query gives is read first, whatever the
    planner expects of it, and the rows are found by their keys."""
    if not isinstance(keys, QuerySet) and not (keys := [*keys]):
        return Q(pk__in=[])  # which Django does not even ask
    told = ArraySubquery(keys) if isinstance(keys, QuerySet) else Value(keys, output_field=KEYS)
    return Q(Func(F("pk"), told, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()))
