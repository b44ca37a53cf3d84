from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases import acts
from tandem.cases.forms import numbers_in
from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet


def chosen(numbers: list[str], *, by: Any) -> list[Case]:
    """The cases of these numbers that this person sees."""
    seen: CaseQuerySet = Case.objects.visible_to(by)
    return list(seen.filter(number__in=numbers_in(numbers)).order_by("number"))


class ActChoice(forms.Form):
    """Which act; those that are not given to this person are not offered."""

    act = forms.ChoiceField(label=_("What is to be done"))

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", _("choose …")), *offered(by)]  # type: ignore[attr-defined]


def offered(by: Any) -> list[tuple[str, str]]:
    return [(act.name, str(act.label)) for act in acts.ACTS.values() if by.may(act.needs)]


def doing(posted: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
    """One act as it was posted: its name, and what its own fields say."""
    act = acts.get(posted.get("act", ""))
    return {"act": act.name, "with": {name: posted[name] for name in act.asks if posted.get(name)}}
