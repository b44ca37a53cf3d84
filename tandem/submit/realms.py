"""The realms a reporter may choose from. Intake knows them and offers them here: it stands after us on the road."""

from django.utils.functional import Promise

OFFERED: dict[str, str | Promise] = {}


def offer(slug: str, label: str | Promise) -> None:
    """Let reporters choose this realm."""
    OFFERED[slug] = label
