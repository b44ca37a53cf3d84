from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.kit.forms import OwnIds


class ReasonForm(OwnIds):
    why = forms.CharField(label=_("Why do you need to see it?"), min_length=4, max_length=300)


class ErasureForm(OwnIds):
    """What to erase: a text that stands somewhere, or one that is hidden already."""

    text = forms.CharField(
        label=_("The text to erase, exactly as it stands"),
        min_length=6,
        max_length=20_000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    why = forms.CharField(label=_("Why"), min_length=4, max_length=300)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("text") and told["text"] in told.get("why", ""):
            self.add_error("why", _("Say why without repeating it: the reason is kept."))
        return told
