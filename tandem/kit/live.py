"""Tell open pages that something changed. The word travels with the transaction: no commit, no word."""

import json
from typing import NamedTuple

from tandem.kit import prepared
from tandem.kit.together import pass_on

CHANNEL = "tandem_live"


class Word(NamedTuple):
    """These panels of a topic ("case:41", "components") look different now, to whoever may read `audience`."""

    topic: str
    panels: tuple[str, ...] = ()
    audience: str = "customer"


def announce(topic: str, *panels: str, audience: str = "customer") -> None:
    """Only names travel, never content: the page fetches what its reader may see."""
    say(Word(topic, panels, audience))


def end_streams_of(user_id: int) -> None:
    """The rights of this person changed: their open streams are looked at now, and end where they stand no more."""
    say(Word(f"user:{user_id}", audience="system"))


def say(*words: Word) -> None:
    pass_on(_notify, *words)


def _notify(words: list[Word]) -> None:
    prepared.run(NOTIFY, {"channel": CHANNEL, "words": [json.dumps(word._asdict()) for word in dict.fromkeys(words)]})


NOTIFY = "SELECT pg_notify(%(channel)s, word) FROM unnest(%(words)s::text[]) AS word"
