from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.escalate import lacking
from tandem.escalate.models import Escalation
from tandem.escalate.package import Check
from tandem.people.models import Team

SHORT = forms.Textarea({"rows": 2})


class RaiseForm(forms.Form):
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Which team"), empty_label=None)
    asking = forms.CharField(
        label=_("What exactly should they answer or do?"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("A question that has an answer: “Is data lost, yes or no?”"),
    )
    untried = forms.CharField(label=_("Why nothing was tried"), widget=SHORT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(kind=Team.Kind.ENGINEERING)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    lacking = forms.MultipleChoiceField(label=_("What is missing"), widget=forms.CheckboxSelectMultiple, required=False)
    other = forms.CharField(label=_("Something else that is missing"), max_length=80, required=False)
    reasons = forms.CharField(
        label=_("What has to be there first"),
        widget=SHORT,
        help_text=_("Support reads this. Facts named above are asked for by themselves in the next case of this kind."),
    )

    def __init__(self, *args: Any, escalation: Escalation, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"lacking": escalation.missing}, **kwargs})
        known = {fact["key"] for fact in escalation.package["facts"]}
        choices = lacking.choices(escalation.case)
        self.fields["lacking"].choices = [  # type: ignore[attr-defined]
            (key, label) for key, label in choices if key in Check.values or key not in known
        ]

    @property
    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"reasons": data["reasons"], "lacking": [*data["lacking"], data["other"]]}


class AskForm(forms.Form):
    text = forms.CharField(label=_("What do you need to know?"), max_length=500, widget=SHORT)


class HandBackForm(forms.Form):
    cause = forms.CharField(
        label=_("The cause, in two sentences for support"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    tell_customer = forms.CharField(label=_("What to tell the customer"), widget=SHORT)
    watch = forms.CharField(label=_("What to watch"), widget=SHORT, required=False)
    workaround = forms.CharField(label=_("State of the workaround"), widget=SHORT, required=False)
    do_not_promise = forms.CharField(label=_("What not to promise"), widget=SHORT, required=False)


def to_raise(case: Case) -> RaiseForm:
    """The form to raise one, beginning with what was asked when it was returned."""
    last = case.escalations.returned().first()
    return RaiseForm(initial={"team": last.team_id, "asking": last.asking} if last else None)
