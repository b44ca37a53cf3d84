"""Colleagues by what one calls them: “erin”, “erin.haas”, “erin@tandem.example”."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from tandem.people.models import User


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
