"""Who listens, to what, and what of it they may hear: asked once by the session, then asked again every few seconds.

Nothing here writes, so that listening never keeps a session alive.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import F, OuterRef, Value
from django.http import HttpRequest

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.people.models import User

OPEN = {"components"}  # topics of which anybody may hear what is for customers
MOST_TOPICS = 20


@dataclass(frozen=True)
class Rights:
    """`session` is empty for anybody; `role` and `password` are as they were when the stream began."""

    topics: frozenset[str]
    audiences: frozenset[str]
    session: str = ""
    user: int = 0
    role: str = ""
    password: str = ""
    cases: frozenset[int] = frozenset()

    def cover(self, word: dict[str, Any]) -> bool:
        return word["topic"] in self.topics and word["audience"] in self.audiences


def asked(session: str, topics: Iterable[str]) -> Rights | None:
    """The rights to hear of all these topics, or None if there are any that whoever has this session may not hear of."""
    wanted = frozenset(topics)
    if not wanted or len(wanted) > MOST_TOPICS:
        return None
    user = _whose(session) if session else None
    if wanted <= OPEN and not (user and user.is_colleague):
        return Rights(wanted, frozenset([Audience.CUSTOMER]))
    if user is None or (cases := cases_of(wanted)) is None or not _may_hear(user, wanted, cases):
        return None
    audiences = frozenset(map(str, readable_by(user)))
    seen = frozenset() if user.is_colleague else cases
    return Rights(wanted, audiences, session, user.pk, user.role, user.password, seen)


def _whose(session: str) -> User | None:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user = auth.get_user(request)
    return user if user.is_authenticated else None


def cases_of(topics: Iterable[str]) -> frozenset[int] | None:
    """The cases among the topics by their primary keys; None if one is not a number."""
    told = [topic.removeprefix("case:") for topic in topics if topic.startswith("case:")]
    if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in told):
        return None
    return frozenset(map(int, told))


def _may_hear(user: User, topics: frozenset[str], cases: frozenset[int]) -> bool:
    others = {topic for topic in topics - OPEN if not topic.startswith("case:")}
    if others and (not user.is_colleague or any(map(_is_about_another(user), others))):
        return False
    return Case.objects.visible_to(user).filter(pk__in=cases).count() == len(cases)


def _is_about_another(user: User) -> Callable[[str], bool]:
    """What tells of a person's rights nobody hears; what a person is told, only they themselves."""
    own = f"notices:{user.pk}"
    return lambda topic: topic.startswith(("user:", "notices:")) and topic != own


def standing(those: Iterable[Rights]) -> set[Rights]:
    """Those of which session, person, role, password and cases are still as they were; one query for all."""
    asked_about = set(those)
    sessions, people = _as_it_is(asked_about)
    return {
        rights
        for rights in asked_about
        if rights.session in sessions
        and rights.user in people
        and people[rights.user][:2] == (rights.role, rights.password)
        and rights.cases <= people[rights.user][2]
    }


def _as_it_is(those: set[Rights]) -> tuple[set[str], dict[int, tuple[str, str, set[int]]]]:
    """The sessions that stand, and of each person the role, the password and which of the cases they see."""
    cases = frozenset().union(*(rights.cases for rights in those))
    seen = Case.objects.filter(Case.objects.all().customers_share(OuterRef("pk")), pk__in=cases)
    people = User.objects.active().filter(pk__in={rights.user for rights in those})
    people = people.annotate(session=Value(""), person=F("pk"), sees=ArraySubquery(seen.order_by().values("pk")))
    sessions = Session.objects.filter(
        session_key__in={rights.session for rights in those}, expire_date__gt=clock.now()
    ).annotate(
        session=F("session_key"),
        person=Value(0, models.BigIntegerField()),
        role=Value(""),
        password=Value(""),
        sees=Value([], ArrayField(models.BigIntegerField())),
    )
    columns = ("session", "person", "role", "password", "sees")
    rows = list(sessions.values_list(*columns).union(people.order_by().values_list(*columns), all=True))
    return (
        {session for session, *_ in rows if session},
        {person: (role, password, set(sees or ())) for _, person, role, password, sees in rows if person},
    )
