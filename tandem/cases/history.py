"""The whole ledger of a case, a page at a time, by kind, person, audience and day; as far as one may read it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import CharField, F, Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Event
from tandem.cases.models.event import EventQuerySet
from tandem.people.models import User

PAGE = 100
TANDEM = "0"
"""Nobody in person."""


class HistoryForm(forms.Form):
    """`kinds` are the nouns this ledger speaks of, `people` those who acted."""

    kind = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("By"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("Audience"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, kinds: list[str], people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = [("", _("everybody")), *((str(person.pk), person.name) for person in people), (TANDEM, "Tandem")]
        self.fields["kind"].choices = [("", _("everything")), *((kind, kind.replace("_", " ")) for kind in kinds)]  # type: ignore[attr-defined]
        self.fields["by"].choices = everybody  # type: ignore[attr-defined]
        self.fields["audience"].choices = [("", _("every audience")), *Audience.choices]  # type: ignore[attr-defined]


@dataclass
class Page:
    """`older` is the query of the page after this, if there is one."""

    form: HistoryForm
    events: list[Event]
    older: str


def page(case: Case, actor: Any, told: dict[str, str]) -> Page:
    """Newest first. Three queries, however long the ledger; what is not understood is said and filters nothing."""
    rows = Event.objects.visible_to(actor).filter(case=case).told_once()
    kinds, people = _known(rows)
    form = HistoryForm(told, kinds=kinds, people=people)
    form.is_valid()
    found = _filtered(rows, form.cleaned_data)
    if (before := _number(told.get("before", ""))) is not None:
        found = found.filter(seq__lt=before)
    events = list(found.select_related("by").order_by("-seq")[: PAGE + 1])
    return Page(form, events[:PAGE], _older(events, told))


def _known(rows: EventQuerySet) -> tuple[list[str], list[User]]:
    noun = Func(F("verb"), Value("."), Value(1), function="split_part", output_field=CharField())
    kinds = rows.order_by().annotate(noun=noun).values_list("noun", flat=True).distinct()
    people = User.objects.filter(pk__in=rows.order_by().values("by")).order_by("name")
    return sorted(kinds), list(people)


def _filtered(rows: EventQuerySet, asked: dict[str, Any]) -> EventQuerySet:
    if kind := asked.get("kind"):
        rows = rows.filter(verb__startswith=f"{kind}.")
    if by := asked.get("by"):
        rows = rows.filter(by=None if by == TANDEM else by)
    if audience := asked.get("audience"):
        rows = rows.filter(audience=audience)
    if since := asked.get("since"):
        rows = rows.filter(at__gte=_midnight(since))
    if until := asked.get("until"):
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    return rows


def _older(events: list[Event], told: dict[str, str]) -> str:
    if len(events) <= PAGE:
        return ""
    kept = {name: value for name, value in told.items() if value and name in HistoryForm.base_fields}
    return urlencode(kept | {"before": events[PAGE - 1].seq})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _number(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
