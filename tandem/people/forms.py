from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    SetPasswordForm,
)
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from tandem.people.models import User


class PasswordForm(LoginForm):
    """For colleagues."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields.pop("remember", None)
        say_once(self)


class CodeForm(RequestLoginCodeForm):
    """For customers, and colleagues without a password. Any other address is answered exactly like an unknown one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        say_once(self)

    def clean_email(self) -> str:
        email = super().clean_email()
        user = User.objects.active().filter(email=email.lower()).first()
        self._user = user if user and (user.is_customer or not user.has_usable_password()) else None
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        say_once(self)


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Password until now")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password, once more")
        say_once(self)
        say_in_sentences(self.fields["password1"])


class FirstPasswordForm(SetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Password, once more")
        say_once(self)
        say_in_sentences(self.fields["password1"])


def say_once(form: forms.Form) -> None:
    """The label says it already; the library repeats it within the field."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


def say_in_sentences(field: forms.Field) -> None:
    """What a password must be; the library says it as a list in HTML, and a hint is words."""
    field.help_text = " ".join(password_validators_help_texts())
