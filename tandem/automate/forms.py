from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.automate import seeing
from tandem.automate.models import MOST, Macro, NoCases, TooMany
from tandem.cases import acts
from tandem.cases.forms import numbers_in
from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.cases.query import ask, language
from tandem.kit.bounded import bounded
from tandem.kit.forms import ConditionField, OwnIds
from tandem.people.models import Team
from tandem.people.roles import Can

MACRO = "macro:"
MOST_MACROS = 100


def chosen(numbers: list[str], *, by: Any) -> list[Case]:
    """The cases of these numbers that this person sees."""
    seen: CaseQuerySet = Case.objects.visible_to(by)
    return list(seen.filter(number__in=numbers_in(numbers)).order_by("number"))


def matching(text: str, *, by: Any) -> list[Case]:
    """All that the query finds for this person. Raises `NoCases`, `NotUnderstood`, `TooMuchToSearch`, `TooMany`."""
    asked = ask(text, by)
    asked.must_be_clear()
    if language.read(text) == language.Every():
        raise NoCases
    seen: CaseQuerySet = Case.objects.visible_to(by)
    with bounded():
        keys = list(seen.filter(asked.clause).order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        raise TooMany(_("More than {most} cases match. Narrow the query, and do it in parts.").format(most=MOST))
    return list(seen.filter(pk__in=keys).order_by("number"))


def wanted(posted: QueryDict, *, by: Any) -> list[Case]:
    """Those that were ticked; with `q`, all that match. Raises as `matching` does."""
    text = str(posted.get("q") or "")
    return matching(text, by=by) if text else chosen(posted.getlist("cases"), by=by)


class ActChoice(forms.Form):
    """Which act; those that are not given to this person are not offered."""

    act = forms.ChoiceField(label=gettext_lazy("What is to be done"))

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", _("choose …")), *grouped(by)]  # type: ignore[attr-defined]


def grouped(by: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    """All that may be done, macros apart from single acts."""
    groups = [(_("Macros"), macros(by)), (_("Acts"), offered(by))]
    return [(says, options) for says, options in groups if options]


def macros(by: Any) -> list[tuple[str, str]]:
    return [(f"{MACRO}{macro.pk}", macro.name) for macro in Macro.objects.offered_to(by)[:MOST_MACROS]]


def offered(by: Any) -> list[tuple[str, str]]:
    return [(act.name, str(act.label)) for act in acts.ACTS.values() if by.may(act.needs)]


def macro(posted: Mapping[str, Any], *, by: Any) -> Macro | None:
    """The macro that was chosen instead of an act. Raises `NoSuchAct` for one that is not offered."""
    word = posted.get("act", "")
    if not word.startswith(MACRO):
        return None
    numbers = numbers_in([word.removeprefix(MACRO)])
    found: Macro | None = Macro.objects.offered_to(by).filter(pk__in=numbers).first()
    if found is None:
        raise acts.NoSuchAct
    return found


def doing(posted: Mapping[str, Any], *, by: Any) -> dict[str, Any]:
    """One act as it was posted: its name, and what its own fields say."""
    act = acts.get(posted.get("act", ""))
    return {"act": act.name, "with": {name: posted[name] for name in act.asks if posted.get(name)}}


class MacroForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    whom = forms.ChoiceField(label=gettext_lazy("For whom"))
    because = forms.CharField(label=gettext_lazy("What changed, and why"), max_length=200, required=False)

    ME, ALL = "me", "all"

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(self.ME, gettext_lazy("only me"))]
        if by.may(Can.SHAPE_WORDS):
            choices += [(self.ALL, gettext_lazy("everybody"))]
            choices += Team.objects.values_list("slug", "name")
        self.fields["whom"].choices = choices  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        whom = told.pop("whom")
        team = Team.objects.filter(slug=whom).first() if whom not in (self.ME, self.ALL) else None
        return told | {"mine": whom == self.ME, "team": team}


class RuleForm(OwnIds):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    when = forms.CharField(label=gettext_lazy("When"), max_length=60, widget=forms.TextInput(attrs={"list": "verbs"}))
    span = forms.CharField(
        label=gettext_lazy("For how long"),
        max_length=8,
        required=False,
        help_text=gettext_lazy("30m, 4h, 2d or 1w; for times that pass"),
    )
    condition = ConditionField(label=gettext_lazy("If"), understood=seeing.understood)
    place = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=9999, initial=100, required=False)
    because = forms.CharField(label=gettext_lazy("What changed, and why"), max_length=200, required=False)

    def clean_place(self) -> int:
        told = self.cleaned_data.get("place")
        return 100 if told is None else int(told)
