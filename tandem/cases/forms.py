from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.cases.models import Case
from tandem.customers.models import Account, Contact
from tandem.people.models import User


class MergeForm(forms.Form):
    number = forms.IntegerField(label=_("Case number"), min_value=1)

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_number(self) -> Case:
        case = Case.objects.visible_to(self.actor).filter(number=self.cleaned_data["number"]).first()
        if case is None:
            raise forms.ValidationError(_("There is no case with this number."))
        return case


class ParticipantForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.of_the_house().filter(email=email).exists():
            raise forms.ValidationError(_("This is a colleague. Colleagues read every case already."))
        return email

    def person(self, *, account: Account | None) -> User:
        return Contact.objects.meet(self.cleaned_data["email"], name=self.cleaned_data["name"], account=account).user
