from django import forms
from django.utils.translation import gettext_lazy

from tandem.kit.forms import OwnIds


class CorrectionForm(OwnIds):
    """Of one’s own time."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes, more or less"),
        help_text=gettext_lazy("30 for a call the ledger does not know, −20 for a page left open."),
        min_value=-1440,
        max_value=1440,
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)
