from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.submit.report_form import ReportForm

__all__ = ["ReleaseForm", "ReportForm", "WhereForm"]


class WhereForm(forms.Form):
    """The number of a case they may see."""

    into = forms.IntegerField(label=_("On case"), min_value=1)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_into(self) -> Case | None:
        number = self.cleaned_data["into"]
        found = Case.objects.visible_to(self.actor).filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("There is no case with this number."))
        return found


class ReleaseForm(WhereForm):
    contact = forms.EmailField(label=_("By"), max_length=254)
    into = forms.IntegerField(label=_("On case"), min_value=1, required=False)
