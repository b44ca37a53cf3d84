import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.customers.models import Environment
from tandem.intake import asking, realms, unknown
from tandem.intake.models import Asking, Collector, LineVerdict, Question, ReadBackLine, Source
from tandem.intake.models.hold import LONGEST, MINUTES
from tandem.intake.realms import Line, line
from tandem.kit.errors import Refused
from tandem.kit.forms import OwnIds
from tandem.people.models import User

POINTER = re.compile(r"(?P<key>[\w-]{1,40})\s*=\s*(?P<at>(/[^/]{0,200}){1,20})")
MOST_FACTS = 30


class FactForm(OwnIds):
    """`what` is the label of a line of the realm, or a name of one's own."""

    what = forms.CharField(label=_("What"), max_length=80, widget=forms.TextInput(attrs={"list": "fact-labels"}))
    value = forms.CharField(label=_("Value"), max_length=500)
    source = forms.ChoiceField(
        label=_("Where from"),
        choices=[(Source.TOLD, _("the customer told")), (Source.MEASURED, _("we measured"))],
        initial=Source.TOLD,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, lines: Sequence[Line] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines

    def clean(self) -> dict[str, Any]:
        super().clean()
        told = self.cleaned_data
        if what := told.pop("what", ""):
            known = next((line.key for line in self.lines if str(line.label).casefold() == what.casefold()), None)
            told |= {"key": known or slugify(what, allow_unicode=True)[:40], "label": None if known else what}
        return told


class MeasurementForm(OwnIds):
    """Where it happens, among what the customer runs."""

    environment = forms.ModelChoiceField(label=_("Where it happens"), queryset=Environment.objects.none())

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["environment"]
        field.queryset = Environment.objects.filter(account=case.account_id)
        field.initial = case.environment_id


class AskForm(OwnIds):
    """One list: what the realm still misses, and questions of one's own, each on a line."""

    missing = forms.MultipleChoiceField(label=_("Still missing"), required=False, widget=forms.CheckboxSelectMultiple)
    anew = forms.MultipleChoiceField(
        label=_("They did not know; ask anew"), required=False, widget=forms.CheckboxSelectMultiple
    )
    own = forms.CharField(
        label=_("Your own questions, one on each line"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    of = forms.CharField(
        label=_("Asked of"),
        required=False,
        max_length=320,
        help_text=_("Name or address of a colleague; left empty, the customer."),
        widget=forms.TextInput(attrs={"list": "question-colleagues", "autocomplete": "off"}),
    )
    due_at = forms.DateTimeField(
        label=_("Needed by"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(
        self,
        *args: Any,
        missing: Iterable[Line] = (),
        unknown: Iterable[Line] = (),
        speaks: bool = True,
        **kwargs: Any,
    ) -> None:
        """Who does not speak to customers asks a colleague."""
        super().__init__(*args, **kwargs)
        if not speaks:
            missing, unknown = (), ()
            self.fields["of"].required = True
            self.fields["of"].help_text = _("Name or address of a colleague.")
        self.lines = {line.key: line for line in missing}
        self.unknown = {line.key: line for line in unknown}
        for name, lines in (("missing", self.lines), ("anew", self.unknown)):
            field: Any = self.fields[name]
            field.choices = [(line.key, line.ask) for line in lines.values()]

    def clean_of(self) -> User | None:
        if not (told := self.cleaned_data["of"].strip()):
            return None
        found = User.objects.colleagues().filter(Q(email__iexact=told) | Q(name__iexact=told))[:2]
        if len(found) != 1:
            raise forms.ValidationError(_("There is no one colleague of this name; try the address."))
        return found[0]

    def clean(self) -> dict[str, Any]:
        super().clean()
        told = self.cleaned_data
        missing = [Asking(str(self.lines[key].ask), key) for key in told.pop("missing", [])]
        anew = [Asking(str(self.unknown[key].ask), key, anew=True) for key in told.pop("anew", [])]
        own = [Asking(text) for text in told.pop("own", "").splitlines() if text.strip()]
        if not missing + anew + own and not self.errors:
            raise forms.ValidationError(_("Choose or write at least one question."))
        return {**told, "askings": missing + anew + own}


class AnswersForm(OwnIds):
    """All that is asked, on one page; what is left empty stays asked, and “I do not know” is an answer."""

    def __init__(self, *args: Any, questions: Iterable[Question] = (), realm: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {_name(question): question for question in questions}
        for name, question in self.questions.items():
            self.fields[name] = _answer_field(question, realm)
            if not hasattr(self.fields[name], "choices"):
                self.fields[_unknown(name)] = forms.BooleanField(label=unknown.words(), required=False)

    def rows(self) -> list[tuple[Any, Any]]:
        """The field of each question, and the one for “I do not know” where it is not among the choices."""
        return [
            (self[name], self[_unknown(name)] if _unknown(name) in self.fields else None) for name in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        if self.questions and not any(self.cleaned_data.values()):
            raise forms.ValidationError(_("Nothing is answered yet. If you do not know, say so."))
        return self.cleaned_data

    def answers(self) -> dict[int, str]:
        return {question.pk: self._answer(name) for name, question in self.questions.items()}

    def _answer(self, name: str) -> str:
        """What they wrote counts, whatever they ticked beside it."""
        ticked = self.cleaned_data.get(_unknown(name))
        return self.cleaned_data[name] or (unknown.words() if ticked else "")


def _name(question: Question) -> str:
    return f"answer_{question.pk}"


def _unknown(name: str) -> str:
    return f"{name}_unknown"


def _answer_field(question: Question, realm: str) -> forms.Field:
    about = line(realm, question.key) if question.key else None
    if about and about.choices:
        choices = [(choice, choice) for choice in (*about.choices, unknown.words())]
        return forms.ChoiceField(label=question.text, choices=choices, required=False, widget=forms.RadioSelect)
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=question.text, max_length=2000, required=False, widget=widget)


class CollectorForm(forms.ModelForm):
    """`facts` are typed as one reads them: a line each, the name of the fact and where in the answer it stands."""

    facts = forms.CharField(
        label=_("What it knows"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "plan = /account/plan"}),
        help_text=_("A line for each fact: its key, an equals sign, and the JSON pointer to it in the answer."),
    )
    realms = forms.MultipleChoiceField(
        label=_("For which realms"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for every case."),
    )
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("We sign each question with it. It is never shown again; left empty, it stays as it is."),
    )
    forget_secret = forms.BooleanField(label=_("Ask unsigned from now on"), required=False)

    class Meta:
        model = Collector
        fields = ["name", "url", "facts", "realms", "secret", "forget_secret", "seconds", "cache_seconds", "is_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["realms"].choices = [(realm.slug, realm.label) for realm in realms.all()]  # type: ignore[attr-defined]
        self.fields["url"].help_text = _("As https://billing.example/accounts/{account.slug}.")
        self.initial["facts"] = "\n".join(f"{key} = {at}" for key, at in self.instance.pointers.items())
        if not self.instance.has_secret:
            del self.fields["forget_secret"]

    def clean_url(self) -> str:
        try:
            asking.check(self.cleaned_data["url"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        return self.cleaned_data["url"]

    def clean_facts(self) -> dict[str, str]:
        lines = [line for line in self.cleaned_data["facts"].splitlines() if line.strip()]
        found = [POINTER.fullmatch(line.strip()) for line in lines]
        if not all(found) or len(found) > MOST_FACTS:
            raise forms.ValidationError(_("Write each line like “plan = /account/plan”, at most thirty of them."))
        return {match["key"]: match["at"] for match in found if match}

    def told(self) -> dict[str, Any]:
        """What `Collector.objects.set_up` wants to know."""
        said = dict(self.cleaned_data)
        secret, forget = said.pop("secret"), said.pop("forget_secret", False)
        return {**said, "pointers": said.pop("facts"), "secret": "" if forget else secret or None}


class TrialForm(OwnIds):
    """The case to try a collector on, by its number."""

    number = forms.IntegerField(label=_("Number of a case"), min_value=1, max_value=(1 << 63) - 1)


class HoldForm(OwnIds):
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST, initial=MINUTES)


class RemedyFirstForm(OwnIds):
    reason = forms.CharField(
        label=_("Why they cannot wait"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class PhoneForm(OwnIds):
    """A read-back on the phone: by whom it was told, and the lines as they were read out."""

    told_by = forms.ModelChoiceField(label=_("Who says so"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, case: Case, lines: Iterable[ReadBackLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [line.key for line in lines]
        people = case.participants.standing().values("user")
        field: Any = self.fields["told_by"]
        field.queryset, field.initial = User.objects.filter(pk__in=people).order_by("name"), case.reporter_id

    @property
    def said(self) -> dict[str, tuple[str, str, str]]:
        """By the key of each line: what was read, their verdict, their correction."""
        told = self.data
        return {
            key: (
                told.get(f"read-{key}", ""),
                told.get(f"line-{key}", ""),
                told.get(f"line-{key}-correction", "")[:500],
            )
            for key in self.keys
        }

    @property
    def is_complete(self) -> bool:
        return all(verdict in LineVerdict.values for _read, verdict, _correction in self.said.values())


class ReadBackForm:
    """What a customer ticked and wrote, read from the fields of the `read_back` macro."""

    def __init__(self, told: Any, lines: Iterable[ReadBackLine]) -> None:
        self.lines = list(lines)
        self.verdicts = {
            line.pk: (told.get(f"line-{line.pk}", ""), told.get(f"line-{line.pk}-correction", "")[:500])
            for line in self.lines
        }

    def is_valid(self) -> bool:
        return all(verdict in LineVerdict.values for verdict, _correction in self.verdicts.values())
