from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from tandem.cases.audience import Audience, readable_by
from tandem.kit import uploads
from tandem.kit.errors import Invalid
from tandem.kit.files import Stored
from tandem.kit.text import keepable
from tandem.writing.models import Typed

# What the composer has besides the words, each short.
FIELDS = ("when", "at", "waits", "leaves", "leaves_at")
TIMES = ("at", "leaves_at")
PLACE = "place-"
LONGEST_FIELD, MOST_FIELDS = 40, 60
FIELD = "%Y-%m-%dT%H:%M"


def typed(request: HttpRequest, *, files: list[Stored] | None = None) -> Typed:
    """What stands in the composer that sent this, `files` or those that came along with it."""
    told = request.POST
    names = [name for name in told if name in FIELDS or name.startswith(PLACE)][:MOST_FIELDS]
    audience = told.get("audience", "")
    return Typed(
        body=plain(told.get("body")),
        base=plain(told.get("base")),
        save=told.get("save", "")[:40],
        audience=audience if audience in readable_by(request.user) else Audience.SUPPORT,
        told=_meant({plain(name): plain(told[name])[:LONGEST_FIELD] for name in names}),
        files=_came_along(request) if files is None else files,
        seen=number(told.get("seen")) or 0,
    )


def as_typed_here(told: Mapping[str, str]) -> dict[str, str]:
    """What a draft keeps, as fields want it: its times as where the reader is, whoever typed them where."""
    return _times(told, lambda at: timezone.localtime(at).strftime(FIELD) if at.tzinfo else at.strftime(FIELD))


def _meant(told: Mapping[str, str]) -> dict[str, str]:
    """A time was typed by one's own clock, and a colleague may go on with it by theirs: the moment is kept."""
    return _times(told, lambda at: (at if at.tzinfo else timezone.make_aware(at)).isoformat())


def _times(told: Mapping[str, str], written: Callable[[datetime], str]) -> dict[str, str]:
    """With its times written so; what is none stays as it was typed."""
    times = {}
    for name in TIMES:
        with suppress(ValueError, OverflowError):
            times[name] = written(datetime.fromisoformat(told.get(name, "")))
    return {**told, **times}


def _came_along(request: HttpRequest) -> list[Stored]:
    try:
        return uploads.keep(uploads.FilesField().clean(request.FILES.getlist("files")))
    except ValidationError as error:
        raise Invalid(error.messages[0]) from error


def plain(text: str | None) -> str:
    """Browsers end lines their own way on the way to us, and no database keeps everything."""
    return keepable((text or "").replace("\r\n", "\n"))


def number(told: Any) -> int | None:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 19 else None
