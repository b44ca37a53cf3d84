"""Tell open pages that something changed. The word travels with the transaction: no commit, no word."""

import json
from collections.abc import Iterable

from django.db import connection

CHANNEL = "tandem_live"


def announce(topic: str, *panels: str, audience: str = "customer") -> None:
    """Say that these panels of a topic ("case:41", "components") look different now, to whoever may read `audience`.

    Only names travel, never content: the page fetches what its reader may see.
    """
    _notify({"topic": topic, "panels": panels, "audience": audience})


def end_streams_of(user_id: int) -> None:
    """The rights of this person changed: their open streams are looked at now, and end where they stand no more."""
    _notify({"topic": f"user:{user_id}", "panels": (), "audience": "system"})


def _notify(word: dict[str, str | Iterable[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(word)])
