"""Templates drawn to stand inside other templates. Beside `kit.html` the only maker of markup: ours is escaped already."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup


def drawn(template: str, context: dict[str, Any], request: HttpRequest) -> Markup:
    return Markup(render_to_string(template, context, request))  # noqa: S704, drawn with autoescape
