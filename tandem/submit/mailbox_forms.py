from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.submit.models import Mailbox


def _secret(label: Any) -> forms.CharField:
    """Shown to nobody, also not to whoever typed it; left empty, the one we have stays."""
    masked = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=2000, required=False, widget=masked, strip=False)


class MailboxForm(forms.ModelForm):
    """How a mailbox is reached. What makes no sense together is refused by the noun."""

    password = _secret(_("Password"))
    client_secret = _secret(_("Client secret"))
    authorize_url = forms.URLField(
        label=_("Consent is given at"),
        required=False,
        assume_scheme="https",
        help_text=_("Only if it is another than usual, for instance of your own Microsoft tenant."),
    )
    token_url = forms.URLField(label=_("Tokens are given at"), required=False, assume_scheme="https")

    class Meta:
        model = Mailbox
        fields = [
            *("name", "address", "host", "port", "security", "username", "auth", "password"),
            *(
                "client_id",
                "client_secret",
                "authorize_url",
                "token_url",
                "authserv_id",
                "folder",
                "afterwards",
                "move_to",
            ),
        ]
        help_texts = {
            "host": _("imap.gmail.com at Google, outlook.office365.com at Microsoft."),
            "auth": _("Google and Microsoft want consent; you give it after saving."),
            "client_id": _("Of the application you registered at Google or Microsoft."),
            "authserv_id": _(
                "The name at the beginning of the Authentication-Results this server writes above all others:"
                " mx.google.com at Google. Empty: no mail from there counts as proven."
            ),
            "afterwards": _("We never forget what we have fetched, so it may stay as it is."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["only_new"] = forms.BooleanField(
                label=_("Leave what lies there already; fetch only what arrives from now on"), required=False
            )
        elif self.instance.password_sealed:
            self.fields["password"].help_text = _("Left empty, the one we have stays.")


class RemovalForm(forms.Form):
    address = forms.CharField(label=_("Its address, to be sure"), max_length=320)
