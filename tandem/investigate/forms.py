from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.investigate.models import Bearing, Hypothesis, HypothesisState, Needed, Outcome
from tandem.kit.forms import OwnIds

SHORT = {"rows": 2}
AT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def hypotheses_of(case: Case) -> forms.ModelChoiceField:
    choices = Hypothesis.objects.of(case).by_weight()
    return forms.ModelChoiceField(choices, label=_("About"), empty_label=_("no hypothesis yet"), required=False)


class PersonField(forms.TypedChoiceField):
    """One of the people given; the field's value is the person."""

    def __init__(self, people: list[Any], **kwargs: Any) -> None:
        known = {str(person.pk): person for person in people if person}
        choices = [(pk, person.name) for pk, person in known.items()]
        super().__init__(choices=choices, coerce=known.__getitem__, empty_value=None, **kwargs)


class AttemptForm(OwnIds):
    what = forms.CharField(label=_("What was done"), widget=forms.Textarea(SHORT))
    outcome = forms.ChoiceField(label=_("What came of it"), choices=Outcome, widget=forms.RadioSelect)
    still_in_place = forms.NullBooleanField(label=_("Still in place?"))
    effect = forms.CharField(label=_("What was seen"), widget=forms.Textarea(SHORT), required=False)
    target = forms.CharField(label=_("On what"), max_length=200, required=False)
    reversible = forms.NullBooleanField(label=_("Can it be taken back?"))
    done_at = forms.DateTimeField(label=_("When, if not now"), widget=AT, required=False)

    def __init__(self, *args: Any, case: Case, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [actor, case.customer_owner, case.technical_owner, case.reporter]
        self.fields["done_by"] = PersonField(people, label=_("Done by"), required=False)
        self.fields["hypothesis"] = hypotheses_of(case)


class NeededForm(forms.Form):
    needed = forms.ChoiceField(choices=Needed)


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome)


class HypothesisForm(OwnIds):
    text = forms.CharField(label=_("It could be that"), widget=forms.Textarea(SHORT))


class SettleForm(forms.Form):
    state = forms.ChoiceField(choices=HypothesisState)
    because = forms.CharField(required=False)


class EvidenceForm(OwnIds):
    text = forms.CharField(label=_("What it shows"), widget=forms.Textarea(SHORT))
    source = forms.CharField(label=_("Seen where"), max_length=200, required=False)
    link = forms.CharField(label=_("Link"), max_length=1000, required=False)
    bearing = forms.ChoiceField(label=_("Speaks"), choices=Bearing, initial=Bearing.FOR)
    taken_at = forms.DateTimeField(label=_("When, if not now"), widget=AT, required=False)
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[(Audience.SUPPORT, Audience.SUPPORT.label), (Audience.RESTRICTED, Audience.RESTRICTED.label)],
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hypothesis"] = hypotheses_of(case)


class QuestionForm(OwnIds):
    text = forms.CharField(label=_("What do we need to know?"), max_length=500)

    def __init__(self, *args: Any, case: Case, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [case.technical_owner, case.customer_owner, actor]
        self.fields["of"] = PersonField(people, label=_("Who finds out"))
