from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case
from tandem.communicate.forms import WhenForm
from tandem.intake import realms
from tandem.kit.forms import OwnIds
from tandem.people.models import Team, User
from tandem.people.roles import Can
from tandem.triage.models import Assessment
from tandem.triage.priority import Priority
from tandem.triage.scoring import Impact, Urgency
from tandem.triage.suggesting import Suggestion


class Scale(forms.RadioSelect):
    """Five steps, each with its example; with `keys` also one key each, as “{n}” for the step."""

    keys = ""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, f"{value} · {label}", *args, **kwargs)
        if self.keys:
            option["attrs"] |= {"data-key": self.keys.format(n=value), "data-key-says": str(label)}
        return option


class AssessmentForm(OwnIds):
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact: who is stopped"), choices=Impact.choices, coerce=int, widget=Scale
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency: when it hurts"), choices=Urgency.choices, coerce=int, widget=Scale
    )
    realm = forms.ChoiceField(label=gettext_lazy("Realm"), required=False)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), choices=[], coerce=int, empty_value=None, required=False
    )
    why = forms.CharField(label=gettext_lazy("Why another priority"), max_length=200, required=False)

    def __init__(self, *args: Any, keys: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if keys:
            self.fields["impact"].widget.keys = "{n}"
            self.fields["urgency"].widget.keys = "u {n}"
            self.fields["impact"].help_text = _of_keys(_("Keys 1 to 5"))
            self.fields["urgency"].help_text = _of_keys(_("Keys u 1 to u 5"))
        self.fields["realm"].choices = [  # type: ignore[attr-defined]
            ("", _("not known yet")),
            *((realm.slug, realm.label) for realm in realms.all()),
        ]
        self.fields["priority"].choices = [("", _("as the score says")), *Priority.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        super().clean()
        told = self.cleaned_data
        if told.get("priority") and not told.get("why", "").strip():
            self.add_error("why", _("Add in a few words why."))
        return told

    @classmethod
    def of(cls, case: Case, standing: Assessment | None, *, keys: bool = False) -> "AssessmentForm":
        """As it was judged last."""
        judged = {"impact": standing.impact, "urgency": standing.urgency} if standing else {}
        return cls(initial={"realm": case.realm, **judged}, keys=keys)


def _of_keys(says: str) -> str:
    """A hint that is not said where there are no keys."""
    return format_html('<span class="keys">{}</span>', says)


class TriageForm(AssessmentForm):
    """A judgement on the triage page: what was suggested, why it was not taken, and who keeps the promise."""

    owner = forms.ChoiceField(label=gettext_lazy("Customer owner"), required=False)
    why_not = forms.CharField(
        label=gettext_lazy("Not as suggested: why, in a word?"),
        help_text=gettext_lazy("The next suggestions learn from it."),
        max_length=80,
        required=False,
    )

    def __init__(
        self, *args: Any, people: Iterable[User], suggestion: Suggestion | None, reported: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, keys=True, **kwargs)
        self.reported = reported
        self.people = {str(person.pk): person for person in people}
        self.suggestion = suggestion
        able = [(key, person.name) for key, person in self.people.items()]
        self.fields["owner"].choices = [("", _("nobody yet")), *able]  # type: ignore[attr-defined]

    @property
    def differs(self) -> bool:
        """From the suggestion, which was sure of itself. A realm as it was reported needs no reason."""
        told, offered = self.cleaned_data, self.suggestion
        if offered is None:
            return False
        sure = {"impact", "urgency"} if offered.is_sure else set[str]()
        sure |= {"realm"} if offered.is_sure_of_the_realm and not self.reported else set()
        return any(told.get(name) not in (None, "", offered.told[name]) for name in sure)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if self.differs and not told.get("why_not", "").strip():
            self.add_error("why_not", _("Say in a word why it is not as suggested."))
        return told

    @property
    def keeper(self) -> User | None:
        return self.people.get(self.cleaned_data.get("owner", ""))

    @property
    def is_nobodys(self) -> bool:
        """Said so, not only left out."""
        return "owner" in self.data and self.keeper is None

    def says(self, judged: Assessment) -> bool:
        """The same as this judgement."""
        told = self.cleaned_data
        scales = (told["impact"], told["urgency"]) == (judged.impact, judged.urgency)
        return scales and told.get("realm") in ("", judged.realm) and told.get("priority") in (None, judged.priority)

    @property
    def judgement(self) -> dict[str, Any]:
        """What `judge` is told."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "owner"}
        return told | {"suggested": self.suggestion.told if self.suggestion else None}


class OwnersForm(OwnIds):
    """Who keeps the promise, and who drives the cause. `colleagues` are all of us.

    Valid, it holds the parts that are to change, by what was shown: None for one emptied.
    """

    customer = forms.ChoiceField(label=gettext_lazy("Customer owner"), required=False, show_hidden_initial=True)
    technical = forms.ChoiceField(label=gettext_lazy("Technical owner"), required=False, show_hidden_initial=True)

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in colleagues}
        for name, needs in (("customer", Can.SPEAK), ("technical", Can.WORK)):
            able = [(key, person.name) for key, person in self.people.items() if person.may(needs)]
            self.fields[name].choices = [("", _("nobody yet")), *able]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        super().clean()
        return {part: self.people.get(self.cleaned_data.get(part, "")) for part in self.changed_data}

    @classmethod
    def of(cls, case: Case, colleagues: Iterable[User]) -> "OwnersForm":
        now = {"customer": case.customer_owner_id, "technical": case.technical_owner_id}
        return cls(colleagues=colleagues, initial=now)


class HandOffForm(OwnIds):
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=gettext_lazy("choose …")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is theirs"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.exclude(  # type: ignore[attr-defined]
            kind=Team.Kind.ENGINEERING
        )


class DeclineForm(OwnIds):
    why = forms.CharField(label=gettext_lazy("Why it is not yours"), max_length=500)


class AcknowledgmentForm(OwnIds, WhenForm):
    """The first answer: heard, understood, and when they hear more."""

    text = forms.CharField(
        label=gettext_lazy("What you tell them"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 9})
    )
    field_order = ["text", "when", "at"]
