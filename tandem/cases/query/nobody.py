"""Who asks where a condition does: it sees what all colleagues see, and is none of them."""

from typing import Any

from tandem.cases.query.words import NotUnderstood


class NeedsAReader(NotUnderstood):
    """That depends on who asks."""


class Nobody:
    is_authenticated = is_active = is_colleague = True

    def __getattr__(self, name: str) -> Any:
        """Whatever wants to know who it is: an id, an address, a right."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise NeedsAReader


NOBODY = Nobody()
