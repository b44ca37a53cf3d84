"""“I do not know” is an answer of its own: it is kept, and nobody asks again."""

import re

from django.utils import translation
from django.utils.translation import gettext as _

PLAINLY = re.compile(
    r"(sorry,? )?((i|we) )?(really )?((do not|don't|dont|cannot|can't) (know|tell|say)( that| it| this)?|have no idea)"
    r"|no idea|not known|unknown|skip",
    re.IGNORECASE,
)


def words() -> str:
    """As one chooses it on a page."""
    return _("I do not know")


def is_said(text: str, *, language: str, offered: tuple[str, ...] = ()) -> bool:
    """Whether these words say only that. What was offered as an answer is an answer."""
    told = " ".join(text.replace("’", "'").split()).strip(" .!").casefold()
    if told in [choice.casefold() for choice in offered]:
        return False
    with translation.override(language):
        return told == words().casefold() or PLAINLY.fullmatch(told) is not None
