"""What every template may say."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.templatetags.static import static as plain_static
from django.utils import timezone, translation
from jinja2 import Environment

from tandem.cases import sentences
from tandem.kit import clock, drawing, html, say
from tandem.kit.addresses import url
from tandem.people.roles import Can


def environment(**options: Any) -> Environment:
    # Autoescape is on: Django says so in the options.
    env = Environment(**options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    env.globals |= {
        "Can": Can,
        "company": settings.COMPANY,
        "demo": settings.DEMO,
        "get_messages": messages.get_messages,
        "modules": modules,
        "now": clock.now,
        "once": drawing.once,
        "static": static,
        "url": url,
        "zone": timezone.get_current_timezone_name,
    }
    env.filters |= {
        "ago": say.ago,
        "by": say.by,
        "day": say.day,
        "duration": say.duration,
        "linkify": html.linkify,
        "local": timezone.localtime,
        "markdown": html.markdown,
        "moment": say.moment,
        "sentence": sentences.sentence,
        "points_to": sentences.points_to,
    }
    return env


@cache
def modules() -> dict[str, str]:
    """The address of each of our scripts by the name that others import it by."""
    folder = finders.find("kit/js")
    assert folder
    names = sorted(file.stem for file in Path(folder).glob("*.js"))
    return {f"tandem/{name}": static(f"kit/js/{name}.js") for name in names}


@cache
def static(path: str) -> str:
    """The address of a file of ours, with its fingerprint, so that browsers may keep it for ever."""
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"There is no static file {path}.")
    with open(found, "rb") as file:
        return f"{plain_static(path)}?v={hashlib.file_digest(file, 'sha256').hexdigest()[:10]}"
