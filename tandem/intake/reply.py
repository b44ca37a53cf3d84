"""A customer's reply, read line by line: “1. Firefox 131”, “2 wrong: 4.2”. What is not plain is doubted, never guessed."""

import re
from collections.abc import Collection
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tandem.intake.models.readback_line import LineVerdict

# “4. Firefox”, “4.) Firefox”; but “4.1”, “4.x”, “1-2 hours” and “3:15 pm” go on, and are no number and its answer.
NUMBERED = re.compile(r"\s*[(\[]?(\d{1,3})\s*(?:\.?\)|[.:\]\-–])(?![\d)]|x\b)\s*(\S.*)", re.IGNORECASE)
# “1 - 2 hours”, “3-day outage”, “4.beta build”, “3 : 15 pm”; but “1: 15:30” and “1: 15.5” are answers.
MAYBE_ONE = re.compile(
    r"\s*[(\[]?(?:\d+\s*(?:[-–]\s*\d|[.:\-–][^\W\d])|(?:[01]?\d|2[0-4])\s*:\s*[0-5]\d(?![\d.,:]*\d))"
)
OFFERED = {
    LineVerdict.RIGHT: gettext_noop("right"),
    LineVerdict.WRONG: gettext_noop("wrong"),
    LineVerdict.UNSURE: gettext_noop("not sure"),
}
AROUND = " \t:;,.–-\"'“”„«»"
# What may stand around answers without saying anything: a greeting, whom it greets, and behind it such words.
GREETING = re.compile(
    r"(hi|hello|hey|dear|good (morning|afternoon|evening|day)|thanks?|thank you|many thanks|cheers|sincerely|yours"
    r"|((best|kind|warm) )*(regards|wishes)|best)\b",
    re.IGNORECASE,
)
POLITE = re.compile(
    r"a|advance|afternoon|again|all|and|best|both|colleagues|day|dear|evening|every(body|one)|faithfully|for|from|good"
    r"|great|have|help|in|kind|lot|many|morning|much|nice|patience|quick|regards|reply|sincerely|so|support"
    r"|team|thanks?|the|there|time|to|truly|very|warm|week|weekend|wishes|you|your",
    re.IGNORECASE,
)
TITLE = re.compile(r"(mrs?|ms|dr)\.?", re.IGNORECASE)
NAME = re.compile(r"(?!(?:but|except|no|not|nothing|only|still|wrong)\b)[^\W\d_][\w’'-]+", re.IGNORECASE)
MOST_NAMES = 2


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
            doubts += [_maybe_one(line)] if MAYBE_ONE.match(line) else []
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
    told, own = line.strip(AROUND + "!"), {*name.casefold().split()}
    greeting = GREETING.match(told)
    if greeting:
        told = _behind_whom_it_greets(told[greeting.end() :])
    words = [word.strip(",") for word in told.split()]
    others = [word for word in words if word and word.casefold() not in own]
    return all(greeting and POLITE.fullmatch(word) for word in others)


def _behind_whom_it_greets(rest: str) -> str:
    """“ Ms. Okafor, and thanks” → “ and thanks”. Capitals elsewhere may be what is wrong: “, Export Fails”."""
    greeted, _comma, more = rest.partition(",")
    names = [word for word in greeted.split() if not TITLE.fullmatch(word)]
    return more if len(names) <= MOST_NAMES and all(map(_may_be_a_name, names)) else rest


def _may_be_a_name(word: str) -> bool:
    return word[0].isupper() and NAME.fullmatch(word) is not None


def _words(language: str) -> dict[str, LineVerdict]:
    said = {word: verdict for verdict, word in OFFERED.items()} | {"unsure": LineVerdict.UNSURE}
    with translation.override(language):
        return said | {_(word).casefold(): verdict for verdict, word in OFFERED.items()}


def _pattern(words: dict[str, LineVerdict]) -> re.Pattern[str]:
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w.,])(\d{{1,3}})\s*[.):\-–]?\s*({either})(?!\w)", re.IGNORECASE)


def _twice(number: int) -> str:
    return _("Number {n} is answered twice.").format(n=number)


def _maybe_one(line: str) -> str:
    return _("“{line}” may be a range, a time or a version, and no number with its answer.").format(
        line=line.strip()[:80]
    )


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
