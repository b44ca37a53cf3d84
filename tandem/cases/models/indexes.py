"""How lists of cases are read: each word one may ask with has its index (docs/decisions/0022).

Whatever is written on a case is written into each index it stands in, so most are of the open ones only, and none is
there twice: a key that is nearly always empty is indexed where it is not.
"""

from django.db.models import F, Index, Q

from tandem.cases.models.searchable import by_words

OPEN, CLOSED = Q(in_queue=True), Q(stage="close")
UNJUDGED = OPEN & Q(priority=0, stage__in=["submit", "intake", "triage"])
"""At the beginning of its road, and nobody said yet how much it matters."""
OF_NOBODY = OPEN & Q(ball="support", ball_team=None, ball_with=None)
"""For support to answer, and nobody does yet. Its index begins with the ball, or the planner would take that of all balls."""
BY_PROMISE = (F("next_update_at").asc(nulls_first=True), F("id"))


def _open_by(name: str, *columns: str) -> Index:
    """The open ones that are alike in these columns, by their next promise."""
    return Index(*map(F, columns), *BY_PROMISE, name=f"cases_open_by_{name}", condition=OPEN)


INDEXES = [
    _open_by("promise"),
    _open_by("turn", "ball_with"),
    _open_by("owner", "customer_owner"),
    _open_by("engineer", "technical_owner"),
    _open_by("ball", "ball"),
    _open_by("stage", "stage"),
    _open_by("realm", "realm"),
    _open_by("priority", "priority"),
    Index(
        *map(F, ("ball_with", "ball")), *BY_PROMISE, name="cases_critical_by_whose_turn", condition=OPEN & Q(priority=1)
    ),
    Index(F("ball"), *BY_PROMISE, name="cases_open_of_nobody", condition=OF_NOBODY),
    Index(fields=["number"], name="cases_unjudged", condition=UNJUDGED),
    Index(fields=["due_at", "id"], name="cases_open_due_first", condition=OPEN),
    Index(fields=["-opened_at", "-id"], name="cases_open_by_opening", condition=OPEN),
    Index(fields=["-opened_at", "-id"], name="cases_closed_by_opening", condition=CLOSED),
    Index(fields=["priority", "-active_at", "-id"], name="cases_closed_by_priority", condition=CLOSED),
    Index(fields=["ball", "-active_at", "-id"], name="cases_closed_by_ball", condition=CLOSED & ~Q(ball="nobody")),
    Index(fields=["ball_with"], name="cases_closed_by_turn", condition=CLOSED & Q(ball_with__isnull=False)),
    Index(fields=["stage", "stage_since"], name="cases_by_stage"),
    Index(fields=["-active_at", "-id"], name="cases_by_activity"),
    Index(fields=["realm", "-active_at", "-id"], name="cases_by_realm"),
    Index(fields=["account", "-opened_at"], name="cases_of_account"),
    Index(fields=["ball_holder"], name="cases_held_by", condition=Q(ball_holder__isnull=False)),
    Index(fields=["ball_team"], name="cases_held_by_team", condition=Q(ball_team__isnull=False)),
    Index(fields=["merged_into"], name="cases_merged", condition=Q(merged_into__isnull=False)),
    Index(fields=["snoozed_until"], name="cases_that_sleep", condition=Q(snoozed_until__isnull=False)),
    by_words("cases_by_words_newest"),
]
