from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.customers.models import Account, Environment
from tandem.kit.forms import OwnIds


class AccountForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    tier = forms.ChoiceField(
        label=_("Tier"), choices=Account.Tier, help_text=_("Service levels and rules may go by it: account.tier.")
    )


class DomainsForm(OwnIds):
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        max_length=4000,
        help_text=_("One on each line. Whoever proves to write from there becomes a contact of this customer."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )


class ContactForm(OwnIds):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Of somebody who never wrote to us.")
    )


class EnvironmentForm(OwnIds):
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Environment.Kind)
    region = forms.CharField(label=_("Region"), max_length=40, required=False)
