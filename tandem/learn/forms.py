from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.learn.models import Article
from tandem.resolve.forms import OwnIds

LABELS = {
    "symptom": _("Symptom, in the customer's words"),
    "environment": _("Environment"),
    "cause": _("Cause"),
    "resolution": _("Resolution"),
    "tried": _("What was tried, and what did not help"),
}


class TitleForm(OwnIds):
    title = forms.CharField(label=_("Title"), max_length=200)


class ArticleForm(TitleForm):
    """The sections of an article, in Markdown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            area = forms.Textarea(attrs={"rows": 5})
            self.fields[name] = forms.CharField(label=label, widget=area, required=False, max_length=50_000)


class PublicationForm(OwnIds):
    """What a reviewer looks for before everybody reads it."""

    looked = forms.BooleanField(label=_("I have read it: no name, address or number of a customer stands in it"))
    works = forms.BooleanField(label=_("Somebody who does not know the case can follow it"))
    names_are_harmless = forms.BooleanField(label=_("The words above name no customer"), required=False)

    def __init__(self, article: Article, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = article.names_a_customer
        if not self.names:
            del self.fields["names_are_harmless"]
