"""Who is on the line, and how much each sends: nobody may keep the others from being heard. Our own networks are not counted."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

MOST_AT_ALL = 1000  # connections
MOST_REMEMBERED = 10_000  # senders
MINUTE = 60.0


class Crowd:
    def __init__(self) -> None:
        self.on_the_line: Counter[str] = Counter()
        self.allowances: dict[str, tuple[float, float]] = {}

    @contextmanager
    def entered(self, peer: str) -> Iterator[str]:
        """Counts this connection until it ends; gives what to say to one that is too many, else ""."""
        who = _whose(peer)
        refusal = self._refusal(who)
        self.on_the_line[who] += 1
        try:
            yield refusal
        finally:
            self.on_the_line[who] -= 1
            self.on_the_line += Counter()  # forget who has left

    def may_send(self, peer: str) -> bool:
        """Whether one more mail within this minute is all right; counts it."""
        who, now = _whose(peer), time.monotonic()
        if not who:
            return True
        left, at = self.allowances.get(who, (settings.MAIL_RATE, now))
        left = min(settings.MAIL_RATE, left + (now - at) / MINUTE * settings.MAIL_RATE)
        if len(self.allowances) >= MOST_REMEMBERED:
            self.allowances.clear()
        self.allowances[who] = (max(0, left - 1), now)
        return left >= 1

    def _refusal(self, who: str) -> str:
        if self.on_the_line.total() >= MOST_AT_ALL:
            return "421 4.3.2 Too many are on the line just now, try again in a minute"
        if who and self.on_the_line[who] >= settings.MAIL_CONNECTIONS:
            return "421 4.7.0 Too many connections from your address, wait until one of them has ended"
        return ""


def is_ours(peer: str) -> bool:
    """Whether a mail server of ours is on the line."""
    return not _whose(peer)


def _whose(peer: str) -> str:
    """What is counted as one sender: an IPv4 address, or an IPv6 network; "" for one of ours."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return ""  # a socket of this machine
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in network for network in settings.MAIL_TRUSTED):
        return ""
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
