"""The rows of a case's clocks, kept equal to what its ledger tells."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from tandem.cases.models import Case
from tandem.clocks import choosing
from tandem.clocks.choosing import Candidate
from tandem.clocks.models import Clock
from tandem.clocks.reckoning import Reckoned
from tandem.clocks.replaying import Replay, replay
from tandem.clocks.terms import Terms
from tandem.escalate.models import Escalation
from tandem.kit import clock, live

Key = tuple[str, int, int | None]
AT_A_TIME = 200


@transaction.atomic
def reckon(case_id: int, *, since: datetime) -> list[Clock]:
    """Replay the clocks of a case and write down what they say. What holds now has held since that moment, if it is new."""
    among = choosing.candidates()
    if not among and not Clock.objects.filter(case=case_id).exists():
        return []
    case = _held(case_id)
    told, is_new = _chosen(case, replay(case), among, since)
    return _keep(case, told.all(), is_new=is_new)


def reckon_some(*, after: int, since: datetime) -> int | None:
    """Open cases, so many at a time; returns the last of them, None when there are no more."""
    open_cases = Case.objects.filter(in_queue=True, pk__gt=after).order_by("pk")
    found = list(open_cases.values_list("pk", flat=True)[:AT_A_TIME])
    for pk in found:
        reckon(pk, since=since)
    return found[-1] if len(found) == AT_A_TIME else None


def differences(case: Case) -> list[str]:
    """Where a row says something else than the replay, in words for whoever runs the product."""
    rows = {key_of(row): row for row in Clock.objects.filter(case=case)}
    found = []
    for told in replay(case).all():
        columns = columns_of(told)
        row = rows.get(key(told))
        kept = {name: getattr(row, name, None) for name in columns}
        found += [
            f"{told.run.kind} {name} is {kept[name]}, and was {columns[name]}"
            for name in columns
            if kept[name] != columns[name]
        ]
        if row and row.broken_at not in (None, row.due_at):
            found.append(f"{told.run.kind} broke {row.broken_at}, and was due {row.due_at}")
    return found


def _held(case_id: int) -> Case:
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related(
        "account", "environment", "reporter"
    )
    return rows.order_by().get(pk=case_id)


def _chosen(case: Case, told: Replay, among: list[Candidate], since: datetime) -> tuple[Replay, bool]:
    """With the terms that hold now, and whether they are others than before. What has ended keeps those it had."""
    if not case.is_open or case.merged_into_id:
        return told, False
    facts, before = choosing.facts(case, among), told
    teams = {0: ""} | teams_asked(told)
    for of, team in teams.items():
        agreement = choosing.first(among, facts, team)
        if choosing.differs(told.timelines.get(of, []), agreement, case.priority):
            terms = Terms(int(since.timestamp()), agreement, case.priority)
            after = told.with_terms(of, terms)
            choosing.note(case, terms, of=of, team=team, since=since, moved=moved(told, after))
            told = after
    return told, told is not before


def teams_asked(told: Replay) -> dict[int, str]:
    """The slugs of the teams by the escalations whose clocks run."""
    asked = told.asked_of()
    return dict(Escalation.objects.filter(pk__in=asked).values_list("pk", "team__slug")) if asked else {}


def moved(before: Replay, after: Replay) -> list[dict[str, Any]]:
    """What is due at another time than before, of what still stands."""
    was = {key(each): each.due for each in before.all()}
    now = [(key(each), each) for each in after.all() if each.ended is None]
    return [
        {"kind": each.run.kind, "before": iso(was[which]), "after": iso(each.due)}
        for which, each in now
        if which in was and was[which] != each.due
    ]


def _keep(case: Case, told: list[Reckoned], *, is_new: bool) -> list[Clock]:
    rows = {key_of(row): row for row in Clock.objects.filter(case=case)}
    changed = [_write(case, each, rows, is_new=is_new) for each in told]
    due_at = min(
        (row.due_at for row in rows.values() if row.due_at and not (row.met_at or row.withdrawn_at)), default=None
    )
    if case.due_at != due_at:
        case.reflect(due_at=due_at)
    if any(changed):
        live.announce(f"case:{case.pk}", "clock")
    return [*rows.values()]


def _write(case: Case, told: Reckoned, rows: dict[Key, Clock], *, is_new: bool) -> bool:
    row = rows.get(key(told)) or Clock(case=case, **dict(zip(("kind", "seq", "escalation_id"), key(told), strict=True)))
    columns = columns_of(told) | _noticed(row, told, is_new=is_new)
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not changed and row.pk:
        return False
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=[*changed] if row.pk else None)
    rows[key(told)] = row
    return True


def columns_of(told: Reckoned) -> dict[str, Any]:
    """What the ledger alone says of a clock."""
    assert told.terms.agreement
    still = told.stands_still
    return {
        "version_id": told.terms.agreement.pk,
        "priority": told.terms.priority,
        "target": told.target,
        "started_at": moment(told.run.began),
        "due_at": moment(told.due),
        "warn_at": moment(told.warn),
        "paused_since": moment(told.segments[-1].since) if still else None,
        "paused_why": still[0].reason if still else "",
        "left": told.left,
        "trouble": told.trouble[:300],
        "met_at": moment(told.ended) if told.how == "met" else None,
        "withdrawn_at": moment(told.ended) if told.how == "withdrawn" else None,
    }


def _noticed(row: Clock, told: Reckoned, *, is_new: bool) -> dict[str, Any]:
    """Broken is what was noticed to be, what ended late, and what another policy finds broken; of that one line tells."""
    due_at, warn_at, now = moment(told.due), moment(told.warn), clock.now()
    is_known = row.broken_at is not None or told.ended is not None or is_new
    broken_at = due_at if told.is_broken(int(now.timestamp())) and is_known else None
    warned_at = row.warned_at if warn_at is None or warn_at <= now else None
    return {"broken_at": broken_at, "warned_at": warned_at}


def key(told: Reckoned) -> Key:
    return told.run.kind, told.run.seq, told.run.team or None


def key_of(row: Clock) -> Key:
    return row.kind, row.seq, row.escalation_id


def moment(instant: int | None) -> datetime | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC)


def iso(instant: int | None) -> str | None:
    at = moment(instant)
    return at.isoformat() if at else None
