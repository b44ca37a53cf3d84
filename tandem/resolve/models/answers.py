"""The words a customer may answer with on the first line of a mail, and reading them."""

from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tandem.resolve.models.verification import Verdict

OFFERED = {
    Verdict.WORKS: gettext_noop("WORKS"),
    Verdict.PARTLY: gettext_noop("PARTLY"),
    Verdict.NO: gettext_noop("NO"),
}
AROUND = " \t*_.,!:;–-\"'“”«»"


def language_of(person: Any) -> str:
    """The language we speak to this person in."""
    contact = getattr(person, "contact", None)
    return contact.language if contact else "en"


def offered() -> str:
    """WORKS, PARTLY or NO, as the reader is asked to write them."""
    return _("{works}, {partly} or {no}").format(
        works=_(OFFERED[Verdict.WORKS]), partly=_(OFFERED[Verdict.PARTLY]), no=_(OFFERED[Verdict.NO])
    )


class Told(NamedTuple):
    verdict: Verdict
    note: str


def told_in(text: str, *, language: str) -> Told | None:
    """What the fresh text of a mail says, if its first line is one of the offered words and nothing else."""
    first, _break, rest = text.strip().partition("\n")
    verdict = _readings(language).get(first.strip(AROUND).casefold())
    return Told(verdict, rest.strip()) if verdict else None


def _readings(language: str) -> dict[str, Verdict]:
    english = {word.casefold(): verdict for verdict, word in OFFERED.items()}
    with translation.override(language):
        return english | {_(word).casefold(): verdict for verdict, word in OFFERED.items()}
