from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.query.language import LONGEST
from tandem.kit.forms import OwnIds
from tandem.people.models import Team
from tandem.queue import columns
from tandem.queue.models import Density, Grouping, Order, Sharing


class LayoutForm(OwnIds):
    """How a list is shown."""

    order = forms.ChoiceField(label=_("Order"), choices=[("", _("As usual")), *Order.choices], required=False)
    grouping = forms.ChoiceField(label=_("Groups"), choices=[("", _("None")), *Grouping.choices], required=False)
    density = forms.ChoiceField(label=_("Density"), choices=Density, widget=forms.RadioSelect)
    columns = forms.MultipleChoiceField(label=_("Columns"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = columns.offered()  # type: ignore[attr-defined]


class SavedViewForm(OwnIds):
    """What a view is called, what it asks, and who has it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    text = forms.CharField(label=_("Asks for"), max_length=LONGEST)
    shared = forms.ChoiceField(label=_("Who has it"), choices=Sharing, initial=Sharing.NOBODY)
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Team"), required=False, empty_label=_("none"), to_field_name="slug"
    )
    pinned = forms.BooleanField(
        label=_("In the bar"), required=False, initial=True, help_text=_("Of everybody who has it, with a count.")
    )
    position = forms.IntegerField(
        label=_("Place"), min_value=0, max_value=999, required=False, help_text=_("Lower stands first.")
    )

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0
