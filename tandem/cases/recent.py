"""What else this customer reported lately: the same part of the product first."""

from typing import Any

from django.db.models import Case as Either
from django.db.models import IntegerField, Value, When

from tandem.cases.models import Case
from tandem.cases.models.case import CaseQuerySet

MOST = 5


def cases(case: Case, actor: Any) -> CaseQuerySet:
    """Of the account; of the reporter where no account is known. What is merged is read on the other."""
    theirs = {"account": case.account_id} if case.account_id else {"reporter": case.reporter_id}
    others = Case.objects.visible_to(actor).filter(merged_into=None, **theirs).exclude(pk=case.pk)
    same = Either(When(realm=case.realm or "-", then=Value(0)), default=Value(1), output_field=IntegerField())
    return others.order_by(same, "-opened_at", "-pk")[:MOST]
