"""A report as a form: what every report says, then what its template asks as far as the answers call for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tandem.kit import tokens
from tandem.submit import asked
from tandem.submit.models import ReportTemplate
from tandem.submit.reporting import Field, Section
from tandem.submit.reporting.shipped import OTHER
from tandem.submit.reporting.template import said

Told = Mapping[str, Any]


class ReportForm(forms.Form):
    """What a customer tells us of a problem. `once` is drawn with the form: sent twice, it is one report.

    `shown` are the questions that were on the page. Answers may call for more: then `asks_more` holds, and the page is
    drawn again with them before anything is wrong. `draft` is what was begun before.
    """

    skips: tuple[str, ...] = ()  # kinds of questions that are not put here

    title = forms.CharField(label=_("What does not work?"), max_length=200, help_text=_("One sentence is enough."))
    body = forms.CharField(
        label=_("What happened?"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What you did, what you expected, what came instead. Please leave passwords out."),
    )
    realm = forms.ChoiceField(label=_("Where do you see it?"), required=False, widget=forms.RadioSelect)
    once = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, max_length=5_000, required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        actor: Any,
        draft: Told | None = None,
        row: ReportTemplate | None = None,
        **options: Any,
    ) -> None:
        begun = draft or {}
        super().__init__(data, files, initial={"once": tokens.fresh, **begun}, **options)
        self.templates = ReportTemplate.objects.current()
        told = _values(data) if data is not None else begun
        self.row = row or self.templates.get(told.get("realm") or OTHER) or self.templates[OTHER]
        self.template = self.row.template
        self.fields["realm"].choices = [(realm, _label(row)) for realm, row in self.templates.items()]  # type: ignore[attr-defined]
        self.initial["realm"] = self.row.realm
        self.sections = self.template.without(self.skips).shown(asked.values(self.template.fields, told))
        for field in self._asked():
            self.fields[field.key] = asked.form_field(field, actor)
        self.initial["shown"] = " ".join(field.key for field in self._asked())

    @property
    def asks_more(self) -> bool:
        """Whether what was answered calls for questions that were not on the page."""
        if "shown" not in self.data:
            return False
        return not {field.key for field in self._asked()} <= {*self.data["shown"].split()}

    def parts(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """The sections with their fields, to be drawn."""
        return [(section, [self[field.key] for field in section.fields]) for section in self.sections]

    @property
    def begun(self) -> dict[str, Any]:
        """All that was typed, right or not, for a draft."""
        return {name: value for name, value in _values(self.data).items() if isinstance(value, str | list)}

    @property
    def attached(self) -> list[Any]:
        """The files that came with it, if they are what we take."""
        return self.cleaned_data.get("files") or []

    def told(self) -> dict[str, Any]:
        """What `Submission.objects.report` wants to know; the files are still to be kept."""
        said = self.cleaned_data
        answers = {field.key: asked.kept(field, said.get(field.key)) for field in self._asked()}
        answers = {key: answer for key, answer in answers.items() if answer not in ("", [])}
        return {
            "title": said["title"],
            "body": said["body"],
            "once": said["once"],
            "realm": "" if self.row.realm == OTHER else self.row.realm,
            "environment": said.get("environment"),
            "template": self.row,
            "answers": answers,
            "facts": {
                field.becomes: asked.in_words(answers[field.key])
                for field in self._asked()
                if field.becomes and field.key in answers
            },
        }

    def _asked(self) -> list[Field]:
        return [field for section in self.sections for field in section.fields]


def _label(row: ReportTemplate) -> Any:
    return said(row.template.label)


def _values(data: Any) -> dict[str, Any]:
    """What came with a form, one value or several for each name."""
    if not isinstance(data, MultiValueDict):
        return dict(data)
    return {name: values if len(values) > 1 else values[0] for name, values in data.lists() if values}
