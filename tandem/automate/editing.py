"""Acts one after another as a form: each with its own fields, one more by “add”, one less by “drop”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tandem.automate.acting import MOST_ACTS, Doing
from tandem.automate.forms import offered
from tandem.cases import acts
from tandem.cases.acts import Act


@dataclass(frozen=True)
class Written:
    """An act in the form; `n` is its place there."""

    n: int
    act: Act
    form: Any


class Editor:
    """Of what was posted, or of what is kept. `again`: somebody adds or drops an act, and does not keep it yet."""

    def __init__(self, *, by: Any, posted: Mapping[str, Any] | None = None, kept: Sequence[Doing] = ()) -> None:
        self.by = by
        self.again = bool(posted) and any(word in (posted or {}) for word in ("again", "drop"))
        self.doings = list(kept) if posted is None else _posted(posted)
        self.written = [_written(n, doing, by=by) for n, doing in enumerate(self.doings) if doing["act"] in acts.ACTS]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", _("one more act …")), *offered(self.by)]


def _posted(posted: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = [n for n in range(MOST_ACTS + 1) if f"act-{n}" in posted and str(n) != posted.get("drop")]
    doings = [{"act": posted[f"act-{n}"], "with": _words(posted, n)} for n in kept]
    if (more := posted.get("add")) and more in acts.ACTS and len(doings) < MOST_ACTS:
        doings.append({"act": more, "with": {}})
    return doings


def _words(posted: Mapping[str, Any], n: int) -> dict[str, Any]:
    act = acts.ACTS.get(posted[f"act-{n}"])
    return {name: word for name in (act.asks if act else ()) if (word := posted.get(f"act-{n}-{name}"))}


def _written(n: int, doing: Doing, *, by: Any) -> Written:
    act = acts.get(doing["act"])
    return Written(n, act, act.form(initial=doing.get("with") or {}, by=by, prefix=f"act-{n}"))
