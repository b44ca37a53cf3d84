"""Settings from the environment: TANDEM_NAME, or TANDEM_NAME_FILE naming a file that holds the value."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")


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
