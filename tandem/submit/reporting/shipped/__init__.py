"""The templates we come with, in YAML beside this file; a manager's newer version of one stands before it."""

from functools import cache
from importlib import resources

OTHER = "other"  # the template of a report whose realm nobody knows yet
ORDER = ("web", "mobile", "data", "api", "device", OTHER)


@cache
def sources() -> dict[str, str]:
    """The YAML of each, by the realm it is for, in the order a form offers them."""
    return {realm: _read(f"{realm}.yaml") for realm in ORDER}


def _read(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
