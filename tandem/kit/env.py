"""Settings from the environment: TANDEM_NAME, or TANDEM_NAME_FILE naming a file that holds the value."""

import os
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")
Network = IPv4Network | IPv6Network


class BadSetting(Exception):
    """A setting that cannot be used; the message says which and what it should be."""


class Setting(NamedTuple):
    name: str
    default: str
    meaning: str


KNOWN: dict[str, Setting] = {}


def text(name: str, default: str, meaning: str) -> str:
    """The value as told, without surrounding white space."""
    KNOWN[name] = Setting(name, default, meaning)
    return _told(name) or default


def number(name: str, default: int, meaning: str, *, least: int = 0) -> int:
    return _read(name, str(default), meaning, int, f"a whole number of at least {least}", lambda n: n >= least)


def switch(name: str, default: bool, meaning: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    return _read(name, "yes" if default else "no", meaning, lambda told: words[told.lower()], "yes or no")


def path(name: str, default: str, meaning: str) -> Path:
    return Path(text(name, default, meaning)).expanduser().resolve()


def words(name: str, default: str, meaning: str) -> list[str]:
    """A list, separated by commas or spaces."""
    return text(name, default, meaning).replace(",", " ").split()


def networks(name: str, default: str, meaning: str) -> list[Network]:
    def convert(told: str) -> list[Network]:
        return [ip_network(word) for word in told.replace(",", " ").split()]

    return _read(name, default, meaning, convert, "networks like 192.0.2.0/24, separated by commas or spaces")


def place(name: str, default: str, meaning: str) -> Path | tuple[str, int] | None:
    """Where to listen, if anywhere: a socket by its path, or host:port."""

    def convert(told: str) -> Path | tuple[str, int] | None:
        if not told or "/" in told:
            return Path(told).expanduser().resolve() if told else None
        host, _colon, port = told.rpartition(":")
        return host.strip("[]") or "127.0.0.1", int(port)

    return _read(name, default, meaning, convert, "host:port, or a path with a slash in it")


def _read(
    name: str,
    default: str,
    meaning: str,
    convert: Callable[[str], T],
    wanted: str,
    fits: Callable[[T], bool] = lambda value: True,
) -> T:
    told = text(name, default, meaning)
    try:
        value = convert(told)
    except (ValueError, KeyError):
        raise BadSetting(f"{name} is “{told}”, but it should be {wanted}.") from None
    if not fits(value):
        raise BadSetting(f"{name} is “{told}”, but it should be {wanted}.")
    return value


def _told(name: str) -> str:
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE names {file}, which cannot be read: {error.strerror}.") from None
    return os.environ.get(name, "").strip()
