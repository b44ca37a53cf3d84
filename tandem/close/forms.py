from django import forms
from django.utils.translation import gettext_lazy as _

from tandem.close.models import Reason
from tandem.resolve.forms import OwnIds

# None stands there unasked: the first would be that the customer confirms it.
REASONS = [("", _("choose …")), *Reason.choices]
STARS = [(5, _("Very good")), (4, _("Good")), (3, _("Fair")), (2, _("Poor")), (1, _("Bad"))]


class ClosureForm(OwnIds):
    reason = forms.ChoiceField(label=_("Why"), choices=REASONS)
    words = forms.CharField(
        label=_("Last words to the customer"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=20_000,
        help_text=_("Without them, we tell the reason in ours."),
    )

    despite = forms.CharField(label=_("Why, although its children are open"), required=False, max_length=500)


class ReopeningForm(OwnIds):
    why = forms.CharField(label=_("Why"), max_length=500)


class RatingForm(OwnIds):
    stars = forms.TypedChoiceField(label=_("Your rating"), choices=STARS, coerce=int, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("What should we do better?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=5000,
    )
