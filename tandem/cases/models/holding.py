from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from tandem.cases.models.case import Case

READING = 0x72656164696E67  # “reading”


def hold(*cases: Case) -> None:
    """Until the transaction ends nobody else changes what is read where; these cases are known as they are now.

    Whoever merges, moves or takes apart waits here for whoever did before. Then the rows are held too, with all that is
    read together with them, always in one order: against verbs of one case.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [READING])
    roots = {*Case.objects.filter(pk__in=[case.pk for case in cases]).values_list(_root, flat=True).order_by()}
    together = Case.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
    list(together.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    for case in cases:
        case.lock()


_root = Coalesce(F("merged_into"), F("pk"))


def same_customer(case: Case, other: Case) -> bool:
    """Whether who reads the one may read the other: the same person reported both, or somebody of the same account."""
    return case.reporter_id == other.reporter_id or (
        case.account_id is not None and case.account_id == other.account_id
    )
