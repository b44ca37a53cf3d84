"""What a customer reads of a resolution, each thing chosen; the cause and who did what stay with us."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message
from tandem.resolve.models import Resolution, Verdict, Verification

READ = ("pk", "symptom", "saw", "words", "changed", "asked_at", "withdrawn_at", "answer", "answered_at")


def of(case: Case, actor: Any, *, pk: int | None = None) -> dict | None:
    """The newest resolution they were asked about, or the one named; None if there is none they may see. One query."""
    rows = Resolution.objects.visible_to(actor).filter(case=case)
    row = _with_their_words(rows.filter(pk=pk) if pk else rows).values(*READ).first()
    return row and row | {"state": _state(row)}


def _with_their_words(rows: QuerySet) -> QuerySet:
    """With the symptom as they first told it, and what they answered."""
    told = Message.objects.from_customer().filter(stands_on=OuterRef("case"), audience=Audience.CUSTOMER)
    said = Verification.objects.customers().filter(resolution=OuterRef("pk"), verified_at__gte=OuterRef("asked_at"))
    said = said.order_by("-verified_at", "-pk")
    return rows.annotate(
        symptom=Subquery(told.order_by("created_at", "pk").values("body")[:1]),
        answer=Subquery(said.values("verdict")[:1]),
        answered_at=Subquery(said.values("verified_at")[:1]),
    ).order_by(F("asked_at").desc(nulls_last=True), "-pk")


def _state(row: dict) -> str:
    """`asked`; `confirmed` or `not_yet` by their answer; `withdrawn` by us."""
    if row["answer"]:
        return "confirmed" if row["answer"] == Verdict.WORKS else "not_yet"
    return "withdrawn" if row["withdrawn_at"] else "asked"
