"""A text taken out of every place it stands on some cases: rows of all rooms, the mail as it came, what others keep.

Nothing lists those places: they are found by walking back from `Case` along whatever points at it, so that a room
that comes later is walked, too. What keeps copies without pointing at a case listens to `erased`.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Replace, StrIndex
from django.db.models.lookups import GreaterThan
from django.dispatch import Signal

from tandem.cases.models.case import Case
from tandem.cases.models.message import Message
from tandem.kit import masking

SIGN = "██████"  # never longer than what it stands for
SHORTEST = len(SIGN)
DEEPEST = 4
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+([+-][\d:]+|Z)?")
PLAIN = (models.CharField, models.TextField)


class _Position(Func):
    """Where bytes stand in bytes."""

    template = "position(%(expressions)s)"
    arg_joiner = " IN "
    output_field = models.IntegerField()


# Sent with `cases` (their ids) and `text`, in the transaction that erases it there.
erased = Signal()
# Sent with `messages`, in the transaction that takes their HTML, before it is gone.
html_given_up = Signal()


def erase(cases: Iterable[Case], text: str, *, also_mail_of: Iterable[Message] = ()) -> int:
    """Put SIGN wherever the text stands on these cases; the number of rows that had it. Needs a transaction.

    Bytes as they came are emptied where the text stands in them, or in the message they became, and for `also_mail_of`.
    The HTML of such messages goes, too: it may spell the text in any way. Where it alone has it, see `messages_that_show`.
    """
    within = [case.pk for case in cases]
    with_it = {*having(Message, within, text).values_list("pk", flat=True)}
    told = with_it | {message.pk for message in also_mail_of}
    give_up_html(with_it)
    with _allowed():
        changed = sum(
            cover(on_cases(model, within), text) + _empty(model, within, text, told) for model in models_of_a_case()
        )
    erased.send(sender=Case, cases=within, text=text)
    return changed


def empty_mails(
    cases: Iterable[Case], *, of: Collection[int], where: Callable[[bytes], bool] = lambda _bytes: False
) -> int:
    """Empty bytes as they came that became the messages with these ids, and those of which `where` is true."""
    within = [case.pk for case in cases]
    changed = 0
    for model in filter(_blobs_of, models_of_a_case()):
        for name in _blobs_of(model):
            rows = on_cases(model, within).exclude(**{name: b""})
            named = {row.pk for row in rows.only(name).iterator(1) if where(bytes(getattr(row, name)))}
            named |= {*rows.filter(_became(model, of)).values_list("pk", flat=True)}
            with transaction.atomic(), _allowed():
                changed += model._base_manager.filter(pk__in=named).update(**{name: b""})
    return changed


def messages_that_show(cases: Iterable[Case], text: str) -> set[int]:
    """Those in whose HTML the text can be read, however it is spelled there. Takes a while: for jobs."""
    rows = on_cases(Message, [case.pk for case in cases]).exclude(html="").only("html")
    return {row.pk for row in rows.iterator(1) if masking.stand_in_html([text], row.html)}


@transaction.atomic
def give_up_html(messages: Collection[int]) -> None:
    html_given_up.send(sender=Message, messages=messages)
    with _allowed():
        Message._base_manager.filter(pk__in=messages).update(html="")


@cache
def models_of_a_case() -> dict[type[models.Model], list[str]]:
    """Every model that leads to a case, with the ways there: {Message: ["case"], Attachment: ["message__case"], …}."""
    ways: dict[type[models.Model], list[str]] = {Case: ["pk"]}
    for model, way in _ways_to(Case, "", DEEPEST):
        ways.setdefault(model, []).append(way)
    return ways


def _ways_to(target: type[models.Model], onward: str, deepest: int) -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model is target and model is not target:
                way = f"{field.name}__{onward}" if onward else field.name
                yield model, way
                if deepest > 1:
                    yield from _ways_to(model, way, deepest - 1)


@contextmanager
def _allowed() -> Iterator[None]:
    """Messages and ledger lines never change, but for this."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL tandem.erasing = 'yes'")
        yield
        cursor.execute("SET LOCAL tandem.erasing = ''")


def cover(rows: QuerySet, text: str) -> int:
    """In these rows, wherever the text stands; how many those were. Also for those who listen to `erased`."""
    model: type[models.Model] = rows.model
    covered = {*rows.filter(_stands_in(_plain_texts_of(model), text)).values_list("pk", flat=True)}
    for field in _plain_texts_of(model):
        without = Replace(F(field.name), Value(text), Value(SIGN))
        model._base_manager.filter(pk__in=covered).update(**{field.name: without})
    return len(covered | set(_cover_told(rows, text)))


def _cover_told(rows: QuerySet, text: str) -> Iterator[int]:
    """What is told in JSON or a list, word by word: as a whole it would be none any more where a number looks like the text."""
    fields = [field for field in _texts_of(rows.model) if not isinstance(field, PLAIN)]
    having = rows.model._base_manager.filter(pk__in=rows.filter(_stands_in(fields, text)).values("pk"))
    for row in having.select_for_update(of=("self",)).only(*(field.name for field in fields)).order_by("pk"):
        told = {field.name: getattr(row, field.name) for field in fields}
        without = {name: _without(words, text) for name, words in told.items()}
        if without != told:
            rows.model._base_manager.filter(pk=row.pk).update(**without)
            yield row.pk


def _without(told: Any, text: str) -> Any:
    if isinstance(told, dict):
        return {_without(key, text): _without(value, text) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [_without(each, text) for each in told]
    return told.replace(text, SIGN) if isinstance(told, str) and not MOMENT.fullmatch(told) else told


def _empty(model: type[models.Model], within: list[int], text: str, told: set[int]) -> int:
    if not (blobs := _blobs_of(model)):
        return 0
    is_it = _became(model, told)
    for name in blobs:
        is_it |= Q(GreaterThan(_Position(Value(text.encode()), F(name)), 0))
    return on_cases(model, within).filter(is_it).update(**dict.fromkeys(blobs, b""))


def _blobs_of(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, models.BinaryField)]


def _became(model: type[models.Model], messages: Collection[int]) -> Q:
    """What is kept of these messages as they came."""
    names = [field.name for field in model._meta.concrete_fields if field.related_model is Message]
    return Q(*((f"{name}__in", messages) for name in names), _connector=Q.OR) if names else Q(pk=None)


def having(model: type[models.Model], within: list[int], text: str) -> QuerySet:
    """Its rows on these cases in which the text stands."""
    return on_cases(model, within).filter(_stands_in(_texts_of(model), text))


def _stands_in(fields: Iterable[models.Field], text: str) -> Q:
    stands = (Q(GreaterThan(StrIndex(_as_text(field), Value(_in(field, text))), 0)) for field in fields)
    return reduce(or_, stands, Q(pk=None))


def on_cases(model: type[models.Model], within: list[int]) -> QuerySet:
    """Its rows on the cases with these ids, whichever way they lead there."""
    ways = models_of_a_case()[model]
    return model._base_manager.filter(Q(*((f"{way}__in", within) for way in ways), _connector=Q.OR))


def _texts_of(model: type[models.Model]) -> list[Any]:
    fields = model._meta.concrete_fields
    return [field for field in fields if _keeps_text(field) and not (field.choices or field.unique)]


def _keeps_text(field: models.Field) -> bool:
    of_what = field.base_field if isinstance(field, ArrayField) else field
    return isinstance(of_what, (*PLAIN, models.JSONField))


def _plain_texts_of(model: type[models.Model]) -> list[Any]:
    return [field for field in _texts_of(model) if isinstance(field, PLAIN)]


def _as_text(field: models.Field) -> Combinable:
    if isinstance(field, ArrayField):
        return Func(F(field.name), Value("\n"), function="array_to_string", output_field=models.TextField())
    return Cast(F(field.name), models.TextField())


def _in(field: models.Field, text: str) -> str:
    """The text as it is written in this column."""
    return json.dumps(text, ensure_ascii=False)[1:-1] if isinstance(field, models.JSONField) else text
