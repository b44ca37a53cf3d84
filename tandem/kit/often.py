"""How often something may happen, counted in the shared cache: the same for every process."""

from django.core.cache import cache

from tandem.kit import clock, tokens


def allows(what: str, whose: object, *, most: int, seconds: int) -> bool:
    """Count this time, and say whether it is among the first `most` of its span of `seconds`.

    Two at the same moment may count as one; a limit is no lock.
    """
    span = int(clock.now().timestamp()) // seconds
    key = f"often-{tokens.fingerprint(f'{what} {whose} {span}')}"
    count = (cache.get(key) or 0) + 1
    cache.set(key, count, timeout=seconds)
    return count <= most


def comes_round(what: str, *, every: int) -> bool:
    """Whether the last time it did is so many seconds ago or more, wherever the hour began; then this is the last time."""
    key, now = f"last-{tokens.fingerprint(what)}", clock.now().timestamp()
    last = cache.get(key)
    if last is not None and 0 <= now - last < every:
        return False
    cache.set(key, now, timeout=every)
    return True
