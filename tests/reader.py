"""What a screen reader is told of a page, by Chromium's own accessibility tree: for tests that cannot listen.

`heard(page)` is the tree; `wrong(page)` are sentences on what somebody who only hears it would miss.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page

TO_ACT = {
    "button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "slider",
    "spinbutton", "option", "menuitem", "tab", "DisclosureTriangle",
}  # fmt: skip
TO_NAME = TO_ACT | {"dialog", "image", "navigation", "region"}


class Heard(NamedTuple):
    """A thing with its role, name and what is said of its state. `level` is that of a heading, `live` of a live region."""

    role: str
    name: str
    level: int
    live: str
    states: dict[str, Any]


def heard(page: Page) -> list[Heard]:
    """Everything that is not passed over, in reading order."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    return [_heard(node) for node in _in_reading_order(nodes) if not node.get("ignored") and node.get("role")]


def the(page: Page, role: str, name: str) -> Heard:
    """The one thing of this role and name; fails with what there is instead."""
    told = [thing for thing in heard(page) if thing.role == role]
    found = [thing for thing in told if thing.name == name]
    assert len(found) == 1, f"{role} “{name}” is heard {len(found)} times among {[thing.name for thing in told]}"
    return found[0]


def wrong(page: Page) -> list[str]:
    """What would be missed: things without a name, no or two mains, headings out of order, words that interrupt."""
    told = heard(page)
    return [*_nameless(told), *_mains(told), *_disorder(told), *_interruptions(told)]


def _in_reading_order(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Chromium tells them level by level."""
    known = {node["nodeId"]: node for node in nodes}
    ahead = [node["nodeId"] for node in nodes if "parentId" not in node][::-1]
    while ahead:
        if node := known.get(ahead.pop()):
            yield node
            ahead += reversed(node.get("childIds", []))


def _heard(node: dict[str, Any]) -> Heard:
    states = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    level, live = int(states.get("level") or 0), str(states.get("live") or "off")
    return Heard(node["role"].get("value", ""), _text(node, "name"), level, live, states)


def _text(node: dict[str, Any], what: str) -> str:
    return " ".join(str(node.get(what, {}).get("value", "")).split())


def _nameless(told: list[Heard]) -> Iterator[str]:
    yield from (f"a {thing.role} has no name" for thing in told if thing.role in TO_NAME and not thing.name)


def _mains(told: list[Heard]) -> Iterator[str]:
    if (mains := sum(thing.role == "main" for thing in told)) != 1:
        yield f"there are {mains} mains"


def _disorder(told: list[Heard]) -> Iterator[str]:
    headings = [thing for thing in told if thing.role == "heading"]
    if sum(thing.level == 1 for thing in headings) != 1:
        yield f"headings of the first level: {[thing.name for thing in headings if thing.level == 1]}"
    deepest = 0
    for thing in headings:
        if thing.level > deepest + 1:
            yield f"“{thing.name}” is a heading of level {thing.level} behind one of level {deepest}"
        deepest = thing.level


def _interruptions(told: list[Heard]) -> Iterator[str]:
    yield from (f"a {thing.role} interrupts whoever listens" for thing in told if thing.live == "assertive")
