"""What they wrote now, and what folds away below it: their signature and the conversation quoted.

A guess: nothing is cut, and doubt means "all of it is new".
"""

import re

from mailparser_reply.parser import EmailMessage

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
MOST_LINES = 200
LONGEST_LINE = 160

# Only the library's knowledge of "On Monday, Sam wrote:" in 13 languages. The rest of it strips the indentation of
# code, and takes minutes for 10,000 empty lines: so it gets few, short lines and no empty ones.
_INTRODUCTION = EmailMessage(text="", languages=LANGUAGES).HEADER_REGEX
_HINT = re.compile("[:：]|-----")  # each of them has one, in its last line or its first; to look for all of them costs
LONGEST_INTRODUCTION = 4  # lines
_RULE = re.compile(r"[-_]{5,}\Z")
_SIGNATURE = re.compile(
    r"--\s?\Z|(?:sent from my|sent from|get) (?:iphone|ipad|phone|mobile|outlook for|samsung|proton|mail for)"
    r"|von meinem .{1,40} gesendet|envoyé (?:de|depuis) mon |enviado desde mi ",
    re.IGNORECASE,
)
LONGEST_SIGNATURE = 12


def split(text: str) -> tuple[str, str]:
    """Fresh and folded: one after the other they are the text. All is fresh unless a quote or a signature closes it."""
    lines = text.split("\n")
    begin, end = _introduction(lines) or _trailing_quote(lines)
    if not "".join(lines[:begin]).strip() or _answers_inside(lines[end:]):
        return text, ""
    fresh = "\n".join(lines[: _signature(lines[:begin])])
    return fresh, text[len(fresh) :]


def _signature(lines: list[str]) -> int:
    """Where it begins; behind the last line if there is none. It is short, and something stands above it."""
    told = [number for number, line in enumerate(lines) if line.strip()]
    for number in told[1:][-LONGEST_SIGNATURE:]:
        if _SIGNATURE.match(lines[number][:LONGEST_LINE]):
            return number
    return len(lines)


def _introduction(lines: list[str]) -> tuple[int, int] | None:
    """The first line of the introduction of a quote, and the first one after it."""
    shown = [(number, line.strip()[:LONGEST_LINE]) for number, line in enumerate(lines) if line.strip()][:MOST_LINES]
    tame = "\n".join(line for _number, line in shown)
    hint = next((nth for nth, (_number, line) in enumerate(shown) if _HINT.search(line)), len(shown))
    begin = sum(len(line) + 1 for _number, line in shown[: max(0, hint - LONGEST_INTRODUCTION)])
    if hint == len(shown) or not (found := _INTRODUCTION.search(tame, begin)):
        return None
    first = tame.count("\n", 0, found.start() + (tame[found.start()] == "\n"))
    last = tame.count("\n", 0, found.end())
    while first and _RULE.match(shown[first - 1][1]):
        first -= 1
    return shown[first][0], shown[last][0] + 1


def _trailing_quote(lines: list[str]) -> tuple[int, int]:
    begin = len(lines)
    while begin and (lines[begin - 1].startswith(">") or not lines[begin - 1].strip()):
        begin -= 1
    while begin < len(lines) and not lines[begin].startswith(">"):
        begin += 1
    return begin, begin


def _answers_inside(tail: list[str]) -> bool:
    said = [line for line in tail if line.strip()]
    quoted = sum(line.startswith(">") for line in said)
    return 0 < quoted < len(said)
