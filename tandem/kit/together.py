"""What an act has others hear and do, said in one breath at its end: a round trip for each kind, not for each word."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Send = Callable[[list[Any]], Any]

_gathered: ContextVar[dict[Send, list[Any]] | None] = ContextVar("gathered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """`with transaction.atomic(), together(): …`

    Within, nothing may be undone and gone past (a savepoint rolled back): what it said would be sent all the same.
    """
    gathered: dict[Send, list[Any]] = {}
    token = _gathered.set(gathered)
    try:
        yield
        while gathered:  # what is sent may pass on something in its turn
            send = next(iter(gathered))
            send(gathered.pop(send))
    finally:
        _gathered.reset(token)


def pass_on(send: Send, *things: Any) -> None:
    """Now; or, within `together`, at its end with all others of its kind."""
    gathered = _gathered.get()
    if gathered is None:
        send([*things])
    else:
        gathered.setdefault(send, []).extend(things)
