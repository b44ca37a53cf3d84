from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.close import forms
from tandem.close.models import Closure, Rating
from tandem.close.models.closure import LETTERS
from tandem.organize import closing

AT_MOST = 10


def _closure(case: Case, actor: Any) -> dict:
    rows = Closure.objects.visible_to(actor).filter(case=case).select_related("closed_by", "reopened_by")
    told = JSONObject(stars="stars", comment="comment", name="rated_by__name")
    ratings = Rating.objects.filter(closure=OuterRef("pk")).values(told=told)
    found = list(rows.annotate(said=ArraySubquery(ratings))[:AT_MOST])
    closure = next((row for row in found if row.reopened_at is None), None)
    left = {} if closure else {"tasks": closing.open_tasks(case), "children": closing.open_children(case)}
    return {
        "closure": closure,
        "left": left,
        "earlier": [row for row in found if row.reopened_at],
        "form": forms.ClosureForm(),
        "reopening_form": forms.ReopeningForm(),
    }


def rated_by(case: Case, actor: Any, *, pk: int | None = None) -> dict | None:
    """What a customer reads of the end of their case, and the stars they gave; None while it is open. One query."""
    rows = Closure.objects.visible_to(actor).filter(case=case).standing()
    stars = Rating.objects.filter(closure=OuterRef("pk"), rated_by=actor).values("stars")[:1]
    found = (rows.filter(pk=pk) if pk else rows).annotate(stars=Subquery(stars))
    row = found.values("pk", "reason", "closed_at", "stars").first()
    return row and row | {"says": LETTERS[row["reason"]]}


def _closure_card(case: Case, actor: Any) -> dict:
    return {"closure": rated_by(case, actor), "form": forms.RatingForm()}


closure = Panel("closure", "close/closure/_panel.html", _closure, hears=("rating", "verification", "task", "child"))
closure_card = Panel("closure_card", "close/closure/_card.html", _closure_card, hears=("closure", "rating"))
