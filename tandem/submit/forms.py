from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.customers.models import Environment
from tandem.kit import tokens, uploads
from tandem.submit import realms


class ReportForm(forms.Form):
    """What a customer tells us of a problem. `once` is drawn with the form: sent twice, it is one report."""

    title = forms.CharField(label=_("What does not work?"), max_length=200, help_text=_("One sentence is enough."))
    body = forms.CharField(
        label=_("What happened?"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What you did, what you expected, what came instead. Please leave passwords out."),
    )
    realm = forms.ChoiceField(label=_("Where do you see it?"), required=False, widget=forms.RadioSelect)
    environment = forms.ModelChoiceField(
        Environment.objects.none(), label=_("On which installation?"), required=False, empty_label=_("I am not sure")
    )
    since = forms.CharField(label=_("Since when?"), max_length=500, required=False)
    affected = forms.CharField(label=_("How many people does it stop?"), max_length=500, required=False)
    files = uploads.FilesField()  # type: ignore[assignment]
    once = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = tokens.fresh
        self.fields["environment"].queryset = Environment.objects.visible_to(actor).select_related("account")  # type: ignore[attr-defined]
        self.fields["realm"].choices = [*realms.OFFERED.items()]  # type: ignore[attr-defined]
        if not realms.OFFERED:
            del self.fields["realm"]

    def told(self) -> dict[str, Any]:
        """What `Submission.objects.report` wants to know; the files are still to be kept."""
        said = dict(self.cleaned_data)
        answers = {key: said.pop(key) for key in ("since", "affected")}
        said.pop("files")
        return {**said, "answers": {key: answer for key, answer in answers.items() if answer}}


class ReleaseForm(forms.Form):
    contact = forms.EmailField(label=_("Open a case for"), max_length=254)
