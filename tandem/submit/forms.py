from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.submit.report_form import ReportForm

__all__ = ["ReleaseForm", "ReportForm"]


class ReleaseForm(forms.Form):
    contact = forms.EmailField(label=_("Open a case for"), max_length=254)
