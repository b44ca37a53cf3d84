"""What the import linter cannot see: a room that reaches ahead through a relation or a reverse query name."""

import ast
import configparser
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tandem"


def floors() -> dict[str, int]:
    """Each room and its height in the house, as the layers contract says: the higher may look at the lower."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    layers = contract["importlinter:contract:journey"]["layers"].split("\n")
    ordered = [[room.strip() for room in layer.split("|")] for layer in layers if layer.strip()]
    return {room: height for height, layer in enumerate(reversed(ordered)) for room in layer}


def relations() -> dict[str, str]:
    """Every reverse relation of ours and the room that brings it."""
    found = {}
    for model in apps.get_models():
        if not model.__module__.startswith("tandem."):
            continue
        for field in model._meta.get_fields(include_hidden=True):
            if field.is_relation and not field.auto_created and (name := field.remote_field.related_name):
                if not name.endswith("+"):
                    found[name] = model.__module__.split(".")[1]
    return found


def reaching_ahead(source: str, room: str, floors: dict[str, int], relations: dict[str, str]) -> list[str]:
    """Sentences on where this source of a room uses a relation that a later room brings."""
    return [
        f"line {line}: {room} reaches ahead to {relations[name]} through “{name}”"
        for line, name in _names(ast.parse(source))
        if name in relations and floors[relations[name]] > floors[room]
    ]


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Attributes read, and the words of query lookups: `case.articles`, `filter(articles__slug=…)`, `"articles"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword) and node.arg and "__" in node.arg:
            yield from ((node.value.lineno, word) for word in node.arg.split("__"))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("select_related", "prefetch_related"):
            for told in node.args:
                if isinstance(told, ast.Constant) and isinstance(told.value, str):
                    yield from ((told.lineno, word) for word in told.value.split("__"))
