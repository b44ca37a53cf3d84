"""What acts ask for: fields that take a plain word, and know the person, the team, the case or the time it means."""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case
from tandem.kit import say
from tandem.kit.forms import OwnIds
from tandem.people.models import Team, User
from tandem.people.roles import Can

ME = "me"
LENGTH = re.compile(r"(\d{1,4}) ?([mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = 60


class Asked(OwnIds):
    """The form of an act; its fields know who fills it in."""

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for asked in self.fields.values():
            asked.by = by  # type: ignore[attr-defined]


class Word(forms.ChoiceField):
    """One of a few, by its plain word; only what is shown needs to know them all."""

    by: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": self.offered, **kwargs})

    def __deepcopy__(self, memo: Any) -> Any:
        copied = super().__deepcopy__(memo)
        copied.choices = cache(copied.offered)  # a form draws them more than once
        return copied

    def offered(self) -> list[tuple[str, str]]:
        return [("", "—" if not self.required else _("choose …")), *self.known()]

    def known(self) -> Iterable[tuple[str, str]]:
        raise NotImplementedError

    def meant(self, word: str) -> Any:
        """None for what is not known."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        word = str("" if value is None else value).replace("\x00", "").strip()
        if not word:
            self.validate("")
            return None
        if (found := self.meant(word)) is None:
            raise forms.ValidationError(self.unknown().format(word=word[:80]))
        return found

    def unknown(self) -> str:
        return _("“{word}” is not among what one can choose.")


class Person(Word):
    """A colleague by address, or “me”: who does it."""

    def __init__(self, *, able: Can = Can.WORK, **kwargs: Any) -> None:
        self.able = able
        super().__init__(**{"label": gettext_lazy("To"), **kwargs})

    def known(self) -> Iterable[tuple[str, str]]:
        people = User.objects.who_can(self.able)
        return [(ME, _("me")), *((person.email, person.name) for person in people)]

    def meant(self, word: str) -> Any:
        if word.lower() == ME:
            return self.by
        return User.objects.who_can(self.able).filter(email=word.lower()).first()

    def unknown(self) -> str:
        return _("“{word}” is nobody here who could.")


class TeamOf(Word):
    """A team of these kinds, by its short name."""

    def __init__(self, *kinds: str, **kwargs: Any) -> None:
        self.kinds = kinds or tuple(Team.Kind.values)
        super().__init__(**{"label": gettext_lazy("Team"), **kwargs})

    def known(self) -> Iterable[tuple[str, str]]:
        return Team.objects.filter(kind__in=self.kinds).values_list("slug", "name")

    def meant(self, word: str) -> Any:
        return Team.objects.filter(kind__in=self.kinds, slug=word.lower()).first()

    def unknown(self) -> str:
        return _("“{word}” is no team that could be asked.")


class OtherCase(forms.IntegerField):
    """A case by its number, among those one sees."""

    by: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Case number"), "min_value": 1, "max_value": (1 << 63) - 1, **kwargs})

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        found = Case.objects.visible_to(self.by).filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("There is no case {number} that you may see.").format(number=number))
        return found


class Span(forms.CharField):
    """A length of time: 30m, 4h, 2d, 1w."""

    by: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": gettext_lazy("30m, 4h, 2d or 1w"), "max_length": 8, **kwargs})

    def clean(self, value: Any) -> timedelta | None:
        word = super().clean(value)
        return span(word) if word else None


def span(word: str) -> timedelta:
    """Raises ValidationError."""
    found = LENGTH.fullmatch(word.strip().lower())
    length = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < length <= timedelta(days=400):
        raise forms.ValidationError(_("Say a length of time: 30m, 4h, 2d or 1w."))
    return length


def named(asked: forms.Field, name: str) -> str:
    return str(asked.label or name)


def plain(word: Any, meant: Any) -> Any:
    """As it is kept: numbers and choices as they were understood, else the word that was told."""
    if isinstance(meant, (bool, int, str)) or meant is None:
        return meant
    return meant.number if isinstance(meant, Case) else str(word).strip()


def shown(asked: forms.Field, meant: Any) -> str:
    """For a sentence."""
    if isinstance(meant, timedelta):
        return say.duration(meant)
    if isinstance(meant, Case):
        return str(meant.number)
    if isinstance(asked, forms.ChoiceField) and not isinstance(asked, Word):
        return str(dict(asked.choices).get(meant, meant or "–"))  # type: ignore[arg-type]
    words = " ".join(str("–" if meant in (None, "") else meant).split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
