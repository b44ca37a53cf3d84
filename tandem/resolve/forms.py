from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.communicate.forms import WhenForm
from tandem.investigate.models import Attempt, Needed
from tandem.kit import clock
from tandem.kit.forms import OwnIds
from tandem.people.models import User
from tandem.resolve.models import Runner, Verdict, Via
from tandem.resolve.models.workaround import NoExpiry


def _text(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, required=required, max_length=20_000, help_text=help_text)


class WorkaroundForm(OwnIds, WhenForm):
    steps = _text(gettext_lazy("Steps"), rows=4)
    runner = forms.ChoiceField(label=gettext_lazy("Who does it"), choices=Runner)
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Holds until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("We look at it again then: an expiry is what makes it temporary."),
    )
    applies_if = _text(gettext_lazy("Applies if"), rows=2, required=False)
    risk = _text(gettext_lazy("Risk"), rows=2, required=False)

    def clean_expires_at(self) -> Any:
        if self.cleaned_data["expires_at"] <= clock.now():
            raise forms.ValidationError(str(NoExpiry()))
        return self.cleaned_data["expires_at"]

    @property
    def offer(self) -> dict[str, Any]:
        names = ("steps", "runner", "expires_at", "applies_if", "risk", "promise_at")
        return {name: self.cleaned_data[name] for name in names}


class WhyForm(OwnIds):
    why = forms.CharField(label=gettext_lazy("Why"), max_length=500)


class ResolutionForm(OwnIds):
    saw = _text(gettext_lazy("What you saw"), rows=2, required=False)
    words = _text(gettext_lazy("What happened"), help_text=gettext_lazy("In the customer's words."))
    changed = _text(gettext_lazy("What we changed"), rows=2, required=False)
    cause = _text(
        gettext_lazy("Cause"), rows=2, required=False, help_text=gettext_lazy("For us; customers do not read it.")
    )


class CheckForm(OwnIds):
    """Our own verification."""

    verdict = forms.ChoiceField(label=gettext_lazy("Our check says"), choices=Verdict, widget=forms.RadioSelect)
    how = _text(gettext_lazy("How we checked"), rows=2)


class AnswerForm(OwnIds):
    """What the customer says."""

    verdict = forms.ChoiceField(label=gettext_lazy("Does it work?"), choices=Verdict)
    note = _text(gettext_lazy("In your words"), rows=3, required=False)


class RecordedAnswerForm(AnswerForm):
    """What the customer told us, written down by a colleague. `people` who may have said it: [{"id", "name"}, …]."""

    by = forms.TypedChoiceField(label=gettext_lazy("Who said it"), coerce=int)
    via = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(Via.PHONE, Via.PHONE.label), (Via.REPLY, Via.REPLY.label)]
    )
    note = _text(gettext_lazy("What they said"), rows=2, required=False)

    def __init__(self, people: list[dict], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = [(person["id"], person["name"]) for person in people]  # type: ignore[attr-defined]

    def clean_by(self) -> User:
        return User.objects.get(pk=self.cleaned_data["by"])


class NeededForm(OwnIds):
    """Of each attempt that did not help and may still be in place: is it also required?"""

    def __init__(self, attempts: Iterable[Attempt], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attempts = {f"needed-{attempt.pk}": attempt for attempt in attempts}
        for name, attempt in self.attempts.items():
            self.fields[name] = _needed_field(attempt)

    def answers(self) -> list[tuple[Attempt, str]]:
        told = self.cleaned_data
        return [(attempt, told[name]) for name, attempt in self.attempts.items() if told.get(name)]


def _needed_field(attempt: Attempt) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("“{what}” ({outcome}): is it also required?").format(
            what=attempt.what, outcome=attempt.get_outcome_display()
        ),
        choices=[(Needed.YES, _("Yes")), (Needed.NO, _("No")), (Needed.UNKNOWN, _("Unknown"))],
        widget=forms.RadioSelect,
        initial=attempt.needed or None,
        required=False,
    )
