"""A customer's reply, read line by line: “1. Firefox 131”, “2 wrong: 4.2”. What is not plain is doubted, never guessed."""

import re
from collections.abc import Collection
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tandem.intake.models.readback_line import LineVerdict

NUMBERED = re.compile(r"\s*[(\[]?(\d{1,3})\s*[.):\]\-–]\s*(\S.*)")
OFFERED = {
    LineVerdict.RIGHT: gettext_noop("right"),
    LineVerdict.WRONG: gettext_noop("wrong"),
    LineVerdict.UNSURE: gettext_noop("not sure"),
}
AROUND = " \t:;,.–-\"'“”„«»"
# What may stand around answers without saying anything.
COURTESY = re.compile(
    r"(hi|hello|hey|dear|good (morning|afternoon|evening)|thanks?|thank you|many thanks|cheers|best|kind regards|regards"
    r"|best regards|sincerely|yours)\b[\w\s,.!]{0,40}",
    re.IGNORECASE,
)


class Answers(NamedTuple):
    """By number what was answered, and why a person should look at it; no doubt, no words."""

    said: dict[int, str]
    doubt: str


class Verdicts(NamedTuple):
    said: dict[int, tuple[str, str]]
    doubt: str


def parted(text: str, numbers: Collection[int]) -> tuple[str, str]:
    """The lines that begin with one of these numbers, and all others."""
    ours: list[str] = []
    others: list[str] = []
    for line in _lines(text):
        found = NUMBERED.fullmatch(line)
        (ours if found and int(found[1]) in numbers else others).append(line)
    return "\n".join(ours), "\n".join(others)


def answers(text: str, *, name: str) -> Answers:
    """Numbered answers, a line each. `name` is the author's: it may stand below."""
    said: dict[int, str] = {}
    doubts: list[str] = []
    for line in _lines(text):
        if found := NUMBERED.fullmatch(line):
            number = int(found[1])
            doubts += [_twice(number)] if number in said else []
            said.setdefault(number, found[2].strip())
        elif not _is_courtesy(line, name):
            doubts.append(_more())
    return Answers(said, doubts[0] if doubts else "")


def verdicts(text: str, *, name: str, language: str) -> Verdicts:
    """“1 right 2 wrong: 4.2”, on one line or several."""
    said: dict[int, tuple[str, str]] = {}
    doubts: list[str] = []
    words = _words(language)
    pattern = _pattern(words)
    for line in _lines(text):
        found = list(pattern.finditer(line))
        before = line[: found[0].start()] if found else line
        doubts += [] if _is_courtesy(before, name) else [_more()]
        for match, end in zip(found, [*(after.start() for after in found[1:]), len(line)], strict=False):
            number, verdict = int(match[1]), words[" ".join(match[2].casefold().split())]
            rest = line[match.end() : end].strip(AROUND)
            doubts += [_twice(number)] if number in said else []
            doubts += [_more()] if rest and verdict != LineVerdict.WRONG else []
            said.setdefault(number, (verdict, rest if verdict == LineVerdict.WRONG else ""))
    return Verdicts(said, doubts[0] if doubts else "")


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _is_courtesy(line: str, name: str) -> bool:
    told = line.strip(AROUND)
    if not told or COURTESY.fullmatch(told):
        return True
    return bool({*told.casefold().split()} <= {*name.casefold().split()})


def _words(language: str) -> dict[str, LineVerdict]:
    said = {word: verdict for verdict, word in OFFERED.items()} | {"unsure": LineVerdict.UNSURE}
    with translation.override(language):
        return said | {_(word).casefold(): verdict for verdict, word in OFFERED.items()}


def _pattern(words: dict[str, LineVerdict]) -> re.Pattern[str]:
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w.,])(\d{{1,3}})\s*[.):\-–]?\s*({either})(?!\w)", re.IGNORECASE)


def _twice(number: int) -> str:
    return _("Number {n} is answered twice.").format(n=number)


def _more() -> str:
    return _("It says more than answers.")


def hint(number: int) -> str:
    """How to answer a read-back by reply, as a customer is told; `number` is that of its first line."""
    return _(
        "You can also answer this mail, a line each: “{number} {right}”, “{number} {wrong}: what is right” or “{number} {unsure}”."
    ).format(
        number=number,
        right=_(OFFERED[LineVerdict.RIGHT]),
        wrong=_(OFFERED[LineVerdict.WRONG]),
        unsure=_(OFFERED[LineVerdict.UNSURE]),
    )
