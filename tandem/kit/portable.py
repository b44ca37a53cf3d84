"""Settings as one YAML file: to review, to keep in version control, to bring to another house.

    @portable("tags")
    class Tags:
        def told(self) -> list[dict]: …
        def take(self, rows, *, by) -> list[str]: …

A room says its own in its `portables.py`. `told` gives rows of plain values in an order that stays; `take` makes what is
there like the rows, and tells in sentences what changed. What no row names stays as it is; secrets are in no row.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid

LONGEST = 1_000_000
DEEPEST = 12
LONG, LEAD = 80, 30  # letters of a text that are shown of a change, and of what stands before it
FORMAT = "tandem"
Rows = list[dict[str, Any]]


class Portable(Protocol):
    def told(self) -> Rows: ...
    def take(self, rows: Rows, *, by: Any) -> list[str]: ...


PORTABLES: dict[str, Portable] = {}


class Unreadable(Invalid):
    """This is no file of settings."""


def portable(name: str) -> Any:
    """Above a class with `told` and `take`; the order in which rooms say theirs is that of the file."""

    def keep(kind: type) -> type:
        PORTABLES[name] = kind()
        return kind

    return keep


def exported() -> str:
    """All of it; the same settings give the same bytes."""
    told = {FORMAT: 1} | {name: rows for name, kind in PORTABLES.items() if (rows := kind.told())}
    return yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


@transaction.atomic
def take(text: str, *, by: Any) -> list[str]:
    """Make it so, all or nothing, and say what changed. Raises `Unreadable`, or `Invalid` with its place."""
    told = read(text)
    return [sentence for name, rows in told.items() for sentence in _taken(name, rows, by=by)]


def check(text: str, *, by: Any) -> list[str]:
    """What would change; nothing does. Raises like `take`."""
    with _undone():
        return take(text, by=by)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _taken(name: str, rows: Rows, *, by: Any) -> list[str]:
    try:
        return PORTABLES[name].take(rows, by=by)
    except Invalid as wrong:
        raise Unreadable(f"{name}: {wrong.sentence}") from None


def read(text: str) -> dict[str, Rows]:
    """By the names of what is settled here, in our order. Raises `Unreadable`."""
    if len(text) > LONGEST:
        raise Unreadable(_("A file of settings has at most a million characters."))
    told = _loaded(text)
    if not isinstance(told, dict) or told.get(FORMAT) != 1:
        raise Unreadable(_("A file of settings begins with “tandem: 1”."))
    if unknown := [str(name)[:40] for name in told if name not in PORTABLES and name != FORMAT]:
        raise Unreadable(_("“{name}” is nothing that is settled here.").format(name=unknown[0]))
    for name, rows in told.items():
        if name != FORMAT and not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            raise Unreadable(_("{name}: here stands a list of entries, each with its words.").format(name=name))
    return {name: told[name] for name in PORTABLES if name in told}


def _loaded(text: str) -> Any:
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise Unreadable(
                    _("Line {n}: say it again instead of pointing at it.").format(n=_line(event.start_mark))
                )
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        where = _("Line {n}").format(n=_line(error.problem_mark))
        raise Unreadable(f"{where}: {error.problem or error}.") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError):
        raise Unreadable from None


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


class _Dumper(yaml.SafeDumper):
    """Long texts as they are written, a line a line, so that a change of one reads as one."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def words(row: Mapping[str, Any], *, needs: Iterable[str], may: Iterable[str] = (), what: str = "") -> dict[str, Any]:
    """The row, if it has the words it needs and no others. Raises `Invalid`."""
    needs, may = list(needs), list(may)
    named = what or str(row.get("name", "") or row.get(needs[0], ""))[:80]
    if missing := [word for word in needs if row.get(word) in (None, "")]:
        raise Invalid(_("“{named}”: “{word}” is missing").format(named=named, word=missing[0]))
    if unknown := [str(word)[:40] for word in row if word not in needs and word not in may]:
        raise Invalid(_("“{named}”: “{word}” is no word of it").format(named=named, word=unknown[0]))
    return {str(word): _plain(row[word], named, str(word)) for word in row}


def _plain(value: Any, named: str, word: str) -> Any:
    """Text without what no column takes; a date or the like is none of ours."""
    if isinstance(value, str):
        return value.replace("\x00", "").replace("\r\n", "\n")
    if value is None or isinstance(value, (bool, int, float, list, dict)):
        return value
    raise Invalid(_("“{named}”: put “{word}” in quotes").format(named=named, word=word))


def changed(named: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    """What becomes of one entry, in at most one sentence."""
    if before is None:
        return [_("{named} is new.").format(named=named)]
    told = [
        _("{word} was “{before}”, is “{after}”").format(word=word, before=was, after=becomes)
        for word in dict.fromkeys([*before, *after])
        if (before.get(word) or None) != (after.get(word) or None)
        for was, becomes in [_beside(_said(before.get(word)), _said(after.get(word)))]
    ]
    return [_("{named}: {changes}.").format(named=named, changes="; ".join(told))] if told else []


def _said(value: Any) -> str:
    return str("–" if value in (None, "", [], {}) else value).strip().replace("\n", "⏎")


def _beside(before: str, after: str) -> tuple[str, str]:
    """Long texts from a little before they begin to differ."""
    if max(len(before), len(after)) <= LONG:
        return before, after
    differ = (place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    same = next(differ, min(len(before), len(after)))
    begin = same - LEAD if same > LONG - LEAD else 0
    return _cut(before, begin), _cut(after, begin)


def _cut(text: str, begin: int) -> str:
    end = begin + LONG
    return ("…" if begin else "") + text[begin:end] + ("…" if len(text) > end else "")
