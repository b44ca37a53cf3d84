"""What the import linter cannot see: a room that reaches ahead through a relation or a reverse query name."""

import ast
import configparser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tandem"


def floors() -> dict[str, int]:
    """Each room and its height in the house, as the layers contract says: the higher may look at the lower."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    layers = contract["importlinter:contract:journey"]["layers"].split("\n")
    ordered = [[room.strip() for room in layer.split("|")] for layer in layers if layer.strip()]
    return {room: height for height, layer in enumerate(reversed(ordered)) for room in layer}


class Relation(NamedTuple):
    """A reverse relation: `case.articles` is brought by the room `learn` and hangs on `case`."""

    name: str
    room: str
    hangs_on: str


def relations() -> list[Relation]:
    """Every reverse relation of ours."""
    return [
        Relation(name, model.__module__.split(".")[1], field.related_model._meta.model_name)
        for model, field in _foreign_keys()
        if (name := field.remote_field.related_name) and not name.endswith("+")
    ]


def columns() -> dict[str, set[str]]:
    """The names of what models have by themselves, by room: `event.facts` is a column, `case.facts` a relation."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        if model.__module__.startswith("tandem."):
            own = {field.name for field in model._meta.get_fields() if not field.auto_created}
            found.setdefault(model.__module__.split(".")[1], set()).update(own)
    return found


def reaching_ahead(source: str, room: str) -> list[str]:
    """Sentences on where this source of a room uses a relation that a later room brings."""
    height, own = floors(), columns()
    below = {name for other, names in own.items() if height[other] <= height[room] for name in names}
    ahead = [relation for relation in relations() if height[relation.room] > height[room]]
    return sorted(
        f"line {line}: {room} reaches ahead to {relation.room} through “{relation.name}”"
        for line, name, receiver in _names(ast.parse(source))
        for relation in ahead
        if name == relation.name and (receiver == relation.hangs_on if receiver else name not in below)
    )


CLIENTS = {
    "httpx",
    "httpcore",
    "requests",
    "urllib3",
    "aiohttp",
    "urllib.request",
    "http.client",
    "ftplib",
    "telnetlib",
}


def clients_in(source: str) -> set[str]:
    """The libraries this source imports that call out over HTTP and its like."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {client for client in CLIENTS for name in names if f"{name}.".startswith(f"{client}.")}


def _foreign_keys() -> Iterator[tuple[type[Model], Any]]:
    for model in apps.get_models():
        if model.__module__.startswith("tandem."):
            for field in model._meta.get_fields(include_hidden=True):
                if field.is_relation and not field.auto_created:
                    yield model, field


def _names(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Relations used: `case.articles` (with what it is asked of), and words of lookups: `filter(articles__slug=…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.lineno, node.attr, _last_word(node.value)
        elif isinstance(node, ast.keyword) and node.arg and "__" in node.arg:
            yield from ((node.value.lineno, word, "") for word in node.arg.split("__"))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("select_related", "prefetch_related"):
            for told in node.args:
                if isinstance(told, ast.Constant) and isinstance(told.value, str):
                    yield from ((told.lineno, word, "") for word in told.value.split("__"))


def _last_word(node: ast.expr) -> str:
    """`self.merge.case` is asked as `case`, `self.instance` as what its manager stands on: a case."""
    word = getattr(node, "attr", None) or getattr(node, "id", None) or "?"
    return "case" if word in ("instance", "target", "other") else word
