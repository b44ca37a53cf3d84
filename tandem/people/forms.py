from allauth.account.forms import LoginForm, RequestLoginCodeForm
from django.utils.translation import gettext_lazy as _

from tandem.people.models import User


class PasswordForm(LoginForm):
    """For colleagues."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields.pop("remember", None)


class CodeForm(RequestLoginCodeForm):
    """For customers. A colleague's address is answered exactly like an unknown one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")

    def clean_email(self) -> str:
        email = super().clean_email()
        self._user = User.objects.active().filter(email=email.lower(), role="contact").first()
        return email
