from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tandem.cases import picking
from tandem.cases.models import Case, Message
from tandem.cases.models.link import LONGEST, LinkKind
from tandem.customers.models import Account, Contact
from tandem.kit.forms import OwnIds
from tandem.people.models import User

MOST_AT_ONCE = 100


class OtherCaseForm(OwnIds):
    """Another case, in `cleaned_data["case"]`. Where words fit several, or one that nobody named, `found` are to choose from."""

    to = forms.CharField(label=_("Case number, or words of its title"), max_length=200, required=False)
    chosen = forms.IntegerField(min_value=1, max_value=picking.LARGEST - 1, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, actor
        self.fields["to"].widget.attrs.update(
            {
                "autocomplete": "off",
                "hx-get": reverse("case_choices", args=[case.number]),
                "hx-trigger": "input changed delay:200ms, focus once",
                "hx-target": "next .choices",
                "hx-swap": "innerHTML",
            }
        )
        self.found: list[Case] = []

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not self.errors and self.needs_a_case(told):
            told["case"] = self._other(told)
        return told

    def needs_a_case(self, told: dict[str, Any]) -> bool:
        return True

    def _other(self, told: dict[str, Any]) -> Case | None:
        cases, words = Case.objects.visible_to(self.actor), told["to"]
        if case := picking.numbered(str(told["chosen"] or words), cases):
            return case
        self.found = picking.offered(words, cases, beside=self.case)
        nothing = _("No case has this number or these words.")
        self.add_error("to", _("Choose which case.") if self.found else nothing)
        return None


class MergeForm(OtherCaseForm):
    pass


class BulkMergeForm(OwnIds):
    """Cases by their `numbers`, and on which of them the others are read."""

    into = forms.TypedChoiceField(label=_("The others are read on"), widget=forms.RadioSelect, coerce=int)

    def __init__(self, *args: Any, actor: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Case.objects.visible_to(actor).with_people()
        self.cases = list(seen.filter(number__in=numbers_in(numbers)).order_by("number")[:MOST_AT_ONCE])
        field: Any = self.fields["into"]
        field.choices = [(case.number, f"{case.number} {case.title}") for case in self.cases]
        field.initial = self.cases[0].number if self.cases else None

    def clean_into(self) -> Case:
        return next(case for case in self.cases if case.number == self.cleaned_data["into"])

    @property
    def others(self) -> list[Case]:
        return [case for case in self.cases if case != self.cleaned_data["into"]]


class LinkForm(OtherCaseForm):
    kind = forms.ChoiceField(label=_("This case is"), choices=LinkKind)
    why = forms.CharField(label=_("Why"), max_length=LONGEST, required=False)


class MoveForm(OtherCaseForm):
    """`act` is move, to a case there is, or split, to one that is opened for them."""

    MOVE, SPLIT = "move", "split"

    messages = forms.ModelMultipleChoiceField(
        Message.objects.none(),
        error_messages={
            "required": _("Choose the messages to move."),
            "invalid_choice": _("They are not here any more."),
        },
    )
    act = forms.ChoiceField(choices=[(MOVE, MOVE), (SPLIT, SPLIT)])
    title = forms.CharField(label=_("What it is about"), max_length=200, required=False)
    email = forms.EmailField(label=_("For whom, if not for who wrote them (e-mail address)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["messages"].queryset = Message.objects.visible_to(self.actor).of(self.case)  # type: ignore[attr-defined]

    def needs_a_case(self, told: dict[str, Any]) -> bool:
        return not self.splits(told)

    def splits(self, told: dict[str, Any]) -> bool:
        """By the button, or by all that was filled in: the key Enter presses the first button."""
        return told.get("act") == self.SPLIT or bool(
            told.get("title") and not told.get("to") and not told.get("chosen")
        )

    def clean_email(self) -> str:
        return _no_colleague(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if self.splits(told) and not told.get("title"):
            self.add_error("title", _("Say what the new case is about."))
        return told

    @property
    def ticked(self) -> list[str]:
        told: Any = self.data
        return told.getlist("messages") if self.is_bound else []

    @property
    def reporter(self) -> User | None:
        email = self.cleaned_data["email"]
        return Contact.objects.meet(email, name="", account=None).user if email else None


class ParticipantForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)

    def clean_email(self) -> str:
        return _no_colleague(self.cleaned_data["email"])

    def person(self, *, account: Account | None) -> User:
        return Contact.objects.meet(self.cleaned_data["email"], name=self.cleaned_data["name"], account=account).user


def _no_colleague(email: str) -> str:
    email = email.lower()
    if User.objects.of_the_house().filter(email=email).exists():
        raise forms.ValidationError(_("This is a colleague. Colleagues read every case already."))
    return email


def numbers_in(told: list[str]) -> list[int]:
    """Those that a column can hold."""
    return [int(word) for word in told if word.isascii() and word.isdigit() and len(word) < 19]
