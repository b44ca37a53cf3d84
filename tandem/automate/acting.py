"""Acts one after another on a case: all of them, or none and the sentence that says why."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases import acts
from tandem.cases.acts import AsItWas
from tandem.cases.models import Case
from tandem.kit.errors import Invalid, Refused

log = logging.getLogger(__name__)

MOST_ACTS = 10
Doing = Mapping[str, Any]
"""`{"act": "give_to", "with": {"to": "me"}}`: as it is kept, in plain words."""


class Outcome(models.TextChoices):
    DONE = "done", gettext_lazy("done")
    AS_IT_WAS = "as_it_was", gettext_lazy("was so already")
    REFUSED = "refused", gettext_lazy("refused")
    FAILED = "failed", gettext_lazy("failed")


class Done(NamedTuple):
    """What became of one act on one case."""

    act: str
    says: str
    outcome: str
    why: str = ""
    undo: dict | None = None


class _NotThisOne(Exception):
    """Nothing of it stays done on this case."""


def checked(told: Any, *, by: Any) -> list[dict[str, Any]]:
    """As they are kept. Raises `Invalid`, in a sentence that says which act it is about."""
    if not isinstance(told, Sequence) or isinstance(told, str) or not told:
        raise Invalid(_("Say what is to be done: at least one act."))
    if len(told) > MOST_ACTS:
        raise Invalid(_("At most {n} acts one after another.").format(n=MOST_ACTS))
    return [_checked(doing, by=by) for doing in told]


def _checked(doing: Any, *, by: Any) -> dict[str, Any]:
    if not isinstance(doing, Mapping) or not isinstance(words := doing.get("with") or {}, Mapping):
        raise Invalid(_("An act is told by its name, and what it is done with: act, with."))
    act = acts.get(doing.get("act"))  # type: ignore[arg-type]
    return {"act": act.name, "with": act.plain(words, by=by)}


def sentences(doings: Sequence[Doing], *, by: Any) -> list[str]:
    """What they do to a case: “give it to Erin Haas”. Raises `Invalid`."""
    return [acts.get(doing["act"]).sentence(doing["with"], by=by) for doing in doings]


def tried(case: Case, doings: Sequence[Doing], *, by: Any) -> list[Done]:
    """What would become of it: done as it would be, and then nothing of it stays."""
    told: list[Done] = []
    try:
        with transaction.atomic():
            told = done(case, doings, by=by)
            raise _NotThisOne
    except _NotThisOne:
        return told


def done(case: Case, doings: Sequence[Doing], *, by: Any) -> list[Done]:
    """All of them in one transaction; if one is refused, only that one is told, and nothing was done."""
    told: list[Done] = []
    try:
        with transaction.atomic():
            case.lock()
            for doing in doings:
                told.append(_one(case, doing, by=by))
                if told[-1].outcome in (Outcome.REFUSED, Outcome.FAILED):
                    raise _NotThisOne
    except _NotThisOne:
        return told[-1:]
    return told


def _one(case: Case, doing: Doing, *, by: Any) -> Done:
    name, says = doing["act"], ""
    try:
        act = acts.get(name)
        says = act.sentence(doing["with"], by=by)
        with transaction.atomic():
            return Done(name, says, Outcome.DONE, undo=act.done(case, by=by, told=doing["with"]))
    except AsItWas as already:
        return Done(name, says, Outcome.AS_IT_WAS, already.sentence)
    except Refused as refusal:
        return Done(name, says or name, Outcome.REFUSED, refusal.sentence)
    except Exception:
        log.exception("The act %s failed on case %s", name, case.number)
        return Done(
            name, says or name, Outcome.FAILED, _("Something is wrong on our side; the log of the server says what.")
        )


def known(doings: Sequence[Doing], *, by: Any) -> list[str]:
    """In sentences; what is not to be understood any more (a person who left), as it was told."""
    return [_known(doing, by=by) for doing in doings]


def _known(doing: Doing, *, by: Any) -> str:
    try:
        return acts.get(doing["act"]).sentence(doing["with"], by=by)
    except Refused:
        return _plain(doing)


def plainly(doings: Sequence[Doing]) -> str:
    """As they were told, looking nothing up: “give_to erin@tandem.example; close”."""
    return "; ".join(map(_plain, doings))


def _plain(doing: Doing) -> str:
    return " ".join(map(str, (doing["act"], *doing["with"].values())))
