"""What the program in front of a customer says of itself: browser, system and build. Read by a worker: strangers wrote it."""

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 300
# Of an app of yours, whose name no list knows: “Northwind/7.2.1 (iPhone; iOS 17.5)”.
APP = re.compile(r"(?!Mozilla/|Opera/|Dalvik/)(?P<name>[A-Za-z][\w .-]{1,39})/(?P<build>\d[\w.+-]{0,39})")


def measured(seen: Mapping[str, str]) -> dict[str, str]:
    """What was seen, by the keys of facts: the user agent in words, all else as it is."""
    said = says(seen.get("user_agent", ""))
    return {**said, **{key: value for key, value in seen.items() if key != "user_agent"}}


def says(user_agent: str) -> dict[str, str]:
    """“Chrome 126” by `browser`, “Windows 10” by `system`, “7.2.1” by `app_build`; what it does not say is left out."""
    if not (told := user_agent[:LONGEST].strip()):
        return {}
    from ua_parser import parse  # its thousand patterns take room, and only a worker needs them

    if app := APP.match(told):
        return {"app_build": app["build"], **_system(parse(told).os)}
    found = parse(told)
    return {**_named("browser", found.user_agent), **_system(found.os)}


def _system(found: Any) -> dict[str, str]:
    return _named("system", found)


def _named(key: str, found: Any) -> dict[str, str]:
    if found is None or found.family == "Other":
        return {}
    minor = found.minor if found.minor not in (None, "", "0") else ""
    version = ".".join(filter(None, [found.major, minor]))
    return {key: f"{found.family} {version}".strip()}
