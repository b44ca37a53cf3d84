"""The page on which mail is sorted: what waits, by why it waits, and what is out of sight."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tandem.kit import jsonapi
from tandem.submit.models import Cause, MailingList, State, Submission

PAGE = 50
MANY = 1_000  # enough to be counted
SHOWN = (State.WAITING, State.QUARANTINED, State.NOTED, State.REJECTED)


def page(actor: Any, asked: Mapping[str, str]) -> dict[str, Any]:
    """The mails in one state (`state`), for one cause (`cause`), from one cursor on (`after`). Four queries."""
    state = one if (one := asked.get("state", "")) in SHOWN else State.QUARANTINED
    cause = one if (one := asked.get("cause", "")) in Cause.values else ""
    seen = Submission.objects.visible_to(actor)
    rows = seen.filter(state=state).select_related("sorted_by")
    found = jsonapi.page(rows.filter(cause=cause) if cause else rows, cursor=asked.get("after"), limit=PAGE)
    here = {key: value for key, value in (("state", state), ("cause", cause)) if value and value != State.QUARANTINED}
    return {
        "submissions": found["items"],
        "state": state,
        "lists": MailingList.objects.visible_to(actor).standing().select_related("let_in_by")[:PAGE],
        "chips": [*_causes(seen, cause, state), *_states(seen, state)],
        "here": _address(here),
        "later": found["next"] and _address({**here, "after": found["next"]}),
    }


def _causes(seen: Any, chosen: str, state: str) -> list[dict[str, Any]]:
    counted = dict(seen.quarantined().order_by().values_list("cause").annotate(n=Count("pk")))
    waiting = state == State.QUARANTINED
    first = {"label": _("Waiting"), "href": _address({}), "on": waiting and not chosen, "count": sum(counted.values())}
    return [first] + [
        {
            "label": capfirst(label),
            "href": _address({"cause": cause}),
            "on": waiting and cause == chosen,
            "count": counted[cause],
        }
        for cause, label in Cause.choices
        if cause in counted
    ]


def _states(seen: Any, state: str) -> list[dict[str, Any]]:
    labels = {State.WAITING: _("Not read yet"), State.NOTED: _("Asks for nothing"), State.REJECTED: _("Turned away")}
    chips = [{"label": label, "href": _address({"state": one}), "on": one == state} for one, label in labels.items()]
    chips[0]["count"] = len(seen.waiting().order_by().values("pk")[:MANY])
    return chips


def _address(asked: Mapping[str, str]) -> str:
    return reverse("quarantine") + (f"?{urlencode(asked)}" if asked else "")
