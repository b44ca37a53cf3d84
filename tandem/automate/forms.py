from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.automate.models import Macro
from tandem.cases import acts
from tandem.cases.forms import numbers_in
from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet
from tandem.kit.forms import OwnIds
from tandem.people.models import Team
from tandem.people.roles import Can

MACRO = "macro:"
MOST = 100


def chosen(numbers: list[str], *, by: Any) -> list[Case]:
    """The cases of these numbers that this person sees."""
    seen: CaseQuerySet = Case.objects.visible_to(by)
    return list(seen.filter(number__in=numbers_in(numbers)).order_by("number"))


class ActChoice(forms.Form):
    """Which act; those that are not given to this person are not offered."""

    act = forms.ChoiceField(label=_("What is to be done"))

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", _("choose …")), *grouped(by)]  # type: ignore[attr-defined]


def grouped(by: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    """All that may be done, macros apart from single acts."""
    groups = [(_("Macros"), macros(by)), (_("Acts"), offered(by))]
    return [(says, options) for says, options in groups if options]


def macros(by: Any) -> list[tuple[str, str]]:
    return [(f"{MACRO}{macro.pk}", macro.name) for macro in Macro.objects.offered_to(by)[:MOST]]


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
    name = forms.CharField(label=_("Name"), max_length=80)
    whom = forms.ChoiceField(label=_("For whom"))
    because = forms.CharField(label=_("What changed, and why"), max_length=200, required=False)

    ME, ALL = "me", "all"

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(self.ME, _("only me"))]
        if by.may(Can.SHAPE_WORDS):
            choices += [(self.ALL, _("everybody"))]
            choices += Team.objects.values_list("slug", "name")
        self.fields["whom"].choices = choices  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        whom = told.pop("whom")
        team = Team.objects.filter(slug=whom).first() if whom not in (self.ME, self.ALL) else None
        return told | {"mine": whom == self.ME, "team": team}


class RuleForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=80)
    when = forms.CharField(label=_("When"), max_length=60, widget=forms.TextInput(attrs={"list": "verbs"}))
    span = forms.CharField(
        label=_("For how long"), max_length=8, required=False, help_text=_("30m, 4h, 2d or 1w; for times that pass")
    )
    condition = forms.CharField(
        label=_("If"),
        max_length=500,
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "spellcheck": "false",
                "autocapitalize": "off",
                "class": "code",
                "data-names": "variables",
            }
        ),
    )
    place = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, initial=100, required=False)
    because = forms.CharField(label=_("What changed, and why"), max_length=200, required=False)

    def clean_place(self) -> int:
        told = self.cleaned_data.get("place")
        return 100 if told is None else int(told)
