from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.status.models import Publication


class PublicationForm(forms.ModelForm):
    class Meta:
        model = Publication
        fields = ["words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}
        labels = {"words": _("What the public will read")}
