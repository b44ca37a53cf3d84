from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from tandem.kit.forms import OwnIds
from tandem.people.models import Team, User
from tandem.shifts.models.handover import Leaving
from tandem.shifts.readin import Left


class HandOverForm(OwnIds):
    """To whom, the read-in as it was mended, and each case with what is to be done next."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("To a colleague"), queryset=User.objects.none(), required=False, empty_label="–"
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("or to a team: whoever accepts"),
        queryset=Team.objects.all(),
        required=False,
        empty_label="–",
    )
    words = forms.CharField(
        label=gettext_lazy("Read-in"),
        help_text=gettext_lazy("Drawn from what happened. Mend it as you like."),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
    )

    def __init__(self, *args: Any, left: list[Left], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        colleagues: QuerySet = User.objects.colleagues().exclude(pk=by.pk).order_by("name")
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
        for each in left:
            number = each.case.number
            self.fields[f"take_{number}"] = forms.BooleanField(
                label=f"{number} {each.case.title}", required=False, initial=True
            )
            self.fields[f"next_{number}"] = forms.CharField(
                label=gettext_lazy("To do next"), max_length=300, required=False, initial=each.next
            )
            self.fields[f"words_{number}"] = forms.CharField(
                label=gettext_lazy("A sentence more"), max_length=500, required=False
            )

    def rows(self) -> list[tuple[Left, Any, Any, Any]]:
        names = ("take", "next", "words")
        return [(each, *(self[f"{name}_{each.case.number}"] for name in names)) for each in self.left]  # type: ignore[misc]

    def leaving(self) -> list[Leaving]:
        """The chosen ones."""
        told = self.cleaned_data
        return [
            Leaving(each.case, told[f"next_{each.case.number}"], told[f"words_{each.case.number}"])
            for each in self.left
            if told[f"take_{each.case.number}"]
        ]
