"""Closing and opening again, by name; the customer hears of both."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.acts import AsItWas, Undo, act, undoes
from tandem.cases.models import Case
from tandem.close.forms import REASONS
from tandem.close.models import Closure
from tandem.kit.errors import Refused
from tandem.people.roles import Can


class IsOpen(Refused):
    """This case is not closed."""


@act(
    "close",
    gettext_lazy("Close"),
    gettext_lazy("close it ({reason}) and tell them"),
    needs=Can.STEER,
    asks={
        "reason": forms.ChoiceField(label=gettext_lazy("Reason"), choices=REASONS),
        "words": forms.CharField(
            label=gettext_lazy("What they read, if not our usual words"),
            max_length=5000,
            required=False,
            widget=forms.Textarea,
        ),
    },
    speaks=True,
)
def close(case: Case, *, by: Any, reason: str, words: str = "") -> Undo:
    if not case.lock().is_open:
        raise AsItWas
    return {"closure": case.closures.close(by=by, reason=reason, words=words).pk}


@undoes("close")
def open_again(case: Case, *, by: Any, told: Undo) -> None:
    closure: Closure = case.closures.select_related("case").get(pk=told["closure"])
    closure.reopen(by=by, why=_("It was closed by mistake."))


@act(
    "reopen",
    gettext_lazy("Open again"),
    gettext_lazy("open it again and tell them: {why}"),
    needs=Can.STEER,
    asks={"why": forms.CharField(label=gettext_lazy("Why"), max_length=500)},
    stays=gettext_lazy("The customer was told that it is open. Close it with a reason if it is not."),
    speaks=True,
)
def reopen(case: Case, *, by: Any, why: str) -> None:
    closure = case.closures.standing().select_related("case").first()
    if closure is None:
        raise IsOpen
    closure.reopen(by=by, why=why)
