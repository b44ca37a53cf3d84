"""How many cases each view has, up to a hundred. What takes too long to count is not counted for a while, and nobody waits for it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.cases.query import ask
from tandem.kit import clock, prepared
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.people.models import User
from tandem.queue.page import VIEWS

MOST = 100
BRIEF = 250  # milliseconds
A_WHILE = timedelta(minutes=10)
MOST_COUNTED = 20

Counts = dict[Any, int]
costly: dict[str, datetime] = {}
"""Until when these words are not counted, in this process."""


def told(count: int | None) -> str:
    return "" if count is None else f"{MOST - 1}+" if count >= MOST else str(count)


def spoken(count: int | None) -> str:
    """For who hears it."""
    if count is None:
        return ""
    return _("more than 99 cases") if count >= MOST else ngettext("{n} case", "{n} cases", count).format(n=count)


def built_in(actor: Any) -> dict[str, int]:
    return _built_in(actor.role, me=actor.pk)


def of(texts: dict[Any, str], actor: Any) -> Counts:
    """By the same names, in one query; without those that are not understood, or were too costly lately."""
    counted = dict([(name, text) for name, text in texts.items() if not _is_costly(text)][:MOST_COUNTED])
    if not counted:
        return {}
    try:
        return _at_once(counted, actor)
    except TooMuchToSearch:
        return _each(counted, actor)


def _is_costly(text: str) -> bool:
    return text in costly and costly[text] > clock.now()


def _at_once(texts: dict[Any, str], actor: Any) -> Counts:
    with bounded(BRIEF):
        asked = dict(_understood(texts, actor))
        return dict(zip(asked, at_once(asked.values()), strict=True))


def _each(texts: dict[Any, str], actor: Any) -> Counts:
    """Which of them it was: that one is left alone for a while, and so are all behind it this time."""
    found: Counts = {}
    for name, text in texts.items():
        try:
            found |= _at_once({name: text}, actor)
        except TooMuchToSearch:
            _forget_old()
            costly[text] = clock.now() + A_WHILE
            break
    return found


def _forget_old() -> None:
    for text in [text for text, until in costly.items() if until <= clock.now()]:
        del costly[text]


def _understood(texts: dict[Any, str], actor: Any) -> Iterator[tuple[Any, CaseQuerySet]]:
    for name, text in texts.items():
        asked = ask(text, actor)
        if not asked.doubts:
            yield name, Case.objects.visible_to(actor).filter(asked.clause)


def at_once(queries: Iterable[CaseQuerySet]) -> list[int]:
    """All in one statement."""
    texts: list[str] = []
    params: list[Any] = []
    for cases in queries:
        try:
            text, told = cases.order_by().values("pk")[:MOST].query.sql_with_params()
        except EmptyResultSet:  # as Django says that it need not ask
            text, told = "SELECT WHERE false", ()
        texts.append(f"(SELECT count(*) FROM ({text}) AS found)")  # noqa: S608, Django wrote it
        params += told
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", params)
        return list(cursor.fetchone())


def _built(role: str, *, me: int) -> dict[str, CaseQuerySet]:
    actor = User(pk=me, role=role)
    seen = Case.objects.visible_to(actor)
    return {name: seen.filter(ask(text, actor).clause) for name, (_label, text) in VIEWS.items()}


_built_in = prepared.counted(_built, most=MOST, for_each=True)
