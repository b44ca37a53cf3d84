"""Where we may call: the open internet, and what an operator opened. An address somebody typed never leads inside."""

import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from tandem.kit.errors import Invalid, Refused

Address = IPv4Address | IPv6Address

LONGEST = 2000
PORTS = {"http": 80, "https": 443}
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
INSIDE = ("localhost", "local", "internal", "lan", "home.arpa")


def _networks(told: str) -> "tuple[IPv4Network | IPv6Network, ...]":
    return tuple(map(ip_network, told.split()))


# What the registries of special addresses set aside (IANA, RFC 6890), and where clouds keep their metadata.
CLOSED = _networks(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
    " 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15"
    " 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
# Of the newer kind only what is given out to the public; that leaves out all that carries one of the older kind inside.
OPEN6 = IPv6Network("2000::/3")
CLOSED6 = _networks("2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20")


class NoAddress(Invalid):
    """This is no address we can call: write http:// or https://, a plain host name and a path."""


class Inside(Invalid):
    """This address leads inside a network. If it should be called, the operator opens it with TANDEM_FETCH_ALLOW."""


class Unknown(Refused):
    """No such host is known."""


class Place(NamedTuple):
    """Where an address leads, before any name is looked up."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_opened(self) -> bool:
        return self.host in opened().names


def place(url: str) -> Place:
    """Read an address strictly. Raises `NoAddress` for whatever two readers might read differently, `Inside`."""
    if not 0 < len(url) <= LONGEST or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise NoAddress
    try:
        told = urlsplit(url)
        host, port = told.hostname or "", told.port
    except ValueError:
        raise NoAddress from None
    if told.scheme not in PORTS or "@" in told.netloc or "%" in told.netloc or told.netloc.endswith(":"):
        raise NoAddress
    path = (told.path or "/") + (f"?{told.query}" if told.query else "")
    found = Place(told.scheme, host, PORTS[told.scheme] if port is None else port, path)
    _must_be_open(found, bracketed="[" in told.netloc)
    return found


def addresses(there: Place) -> list[Address]:
    """Look the host up, once. Raises `Unknown`, and `Inside` when any of its addresses is: one answer too many is a trick."""
    try:
        found = socket.getaddrinfo(there.host, there.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unknown from None
    answers = list(dict.fromkeys(ip_address(str(address[0]).partition("%")[0]) for *_rest, address in found))
    if not there.is_opened and not all(_may_be_called(answer, there.port) for answer in answers):
        raise Inside
    return answers


def _must_be_open(there: Place, *, bracketed: bool) -> None:
    literal = _literal(there.host, bracketed=bracketed)
    if literal is None and not NAME.fullmatch(there.host):
        raise NoAddress
    if there.is_opened:
        return
    if not (_may_be_called(literal, there.port) if literal else _is_outside(there)):
        raise Inside


def _literal(host: str, *, bracketed: bool) -> Address | None:
    """An address written as numbers, in the one way everybody reads alike; None if it is a name."""
    last = host.rpartition(".")[2]
    if not bracketed and not NUMBER.fullmatch(last):
        return None
    try:
        return IPv6Address(host) if bracketed else IPv4Address(host)
    except ValueError:
        raise NoAddress from None


def _is_outside(there: Place) -> bool:
    """Names are judged when they are looked up; where no network was opened, some say by themselves that they are inside."""
    if opened().networks:
        return True
    is_inside = "." not in there.host or any(there.host.endswith(f".{ending}") for ending in INSIDE)
    return not is_inside and _is_usual(there.port)


def _may_be_called(address: Address, port: int) -> bool:
    if any(address in network for network in opened().networks if network.version == address.version):
        return True
    return _is_usual(port) and _is_public(address)


def _is_usual(port: int) -> bool:
    """Below 1024 other things than web servers listen, and some can be talked into reading a request as theirs."""
    return port in PORTS.values() or port >= 1024


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED)
    return address in OPEN6 and not any(address in network for network in CLOSED6)


class Opened(NamedTuple):
    names: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]


def opened() -> Opened:
    """What the operator opened: networks, and hosts by name."""
    return _read(tuple(settings.FETCH_ALLOW))


@lru_cache(maxsize=8)
def _read(told: tuple[str, ...]) -> Opened:
    networks = {entry: _network(entry) for entry in told}
    names = frozenset(entry.lower() for entry, network in networks.items() if network is None)
    return Opened(names, tuple(network for network in networks.values() if network))


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
