from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.kit.forms import OwnIds
from tandem.people.models import Team, User
from tandem.people.models.team import LONGEST as LONGEST_OF_TEAM
from tandem.people.models.user import LONGEST, OUR_ROLES
from tandem.people.roles import Role

ROLES = [(value, label) for value, label in Role.choices if value in OUR_ROLES]


class PersonForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(), label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )


class WelcomeForm(PersonForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They are sent one sentence and the way in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "email", "role", "teams"]


class TeamForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_OF_TEAM)
    members = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = User.objects.colleagues()  # type: ignore[attr-defined]


class NewTeamForm(TeamForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Team.Kind, help_text=_("Engineering can be asked by escalation; the kind stays.")
    )
    field_order = ["name", "kind", "members"]
