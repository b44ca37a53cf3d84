"""Colleagues by what one calls them: “erin”, “erin.haas”, “erin@tandem.example”; and who is called in a text."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from tandem.people.models import Team, User

# “@erin”, “@platform”, “@erin@tandem.example”; not the inside of an address, and not “@@”.
NAMED = re.compile(r"(?<![\w@.+-])@([\w][\w.+-]*(?:@[\w-]+(?:\.[\w-]+)+)?)")
FENCED = re.compile(r"```.*?(?:```|\Z)", re.S)
MOST = 20


class Named(NamedTuple):
    users: list[User]
    teams: list[Team]


def words_in(text: str) -> list[str]:
    """Who is called in what somebody wrote; what is quoted, or code, calls nobody."""
    spoken = "\n".join(line for line in FENCED.sub("", text).splitlines() if not line.lstrip().startswith(">"))
    return list(dict.fromkeys(word.rstrip(".-+").lower() for word in NAMED.findall(spoken)))[:MOST]


def who_is(words: Iterable[str]) -> Named:
    """Whom these words name: a team by its short name; else a colleague by address, its first part, or first name.

    A word that names two people names nobody.
    """
    wanted = list(words)
    if not wanted:
        return Named([], [])
    teams = list(Team.objects.filter(slug__in=wanted))
    found = called(set(wanted) - {team.slug for team in teams})
    return Named(list(dict.fromkeys(found[word] for word in wanted if word in found)), teams)


def called(words: Iterable[str]) -> dict[str, User]:
    """By address, its first part, or first name, in lower case. A word that calls two people calls nobody. One query."""
    wanted = set(words)
    one_of = [Q(email=word) | Q(email__startswith=f"{word}@") | Q(name__istartswith=f"{word} ") for word in wanted]
    known = list(User.objects.colleagues().filter(reduce(or_, one_of))) if one_of else []
    return {word: user for word in wanted if (user := _meant(word, known))}


def _meant(word: str, known: list[User]) -> User | None:
    for trait in (lambda user: user.email, lambda user: user.email.split("@")[0], lambda user: user.first_name.lower()):
        if fitting := [user for user in known if trait(user) == word]:
            return fitting[0] if len(fitting) == 1 else None
    return None
