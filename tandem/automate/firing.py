"""Whether a rule's condition holds at a line of the ledger, and doing what it says, once; loops are cut."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from tandem.automate import seeing, waiting
from tandem.automate.seeing import Seen
from tandem.cases.audience import Audience
from tandem.cases.ledger import WAY_BACK
from tandem.cases.models import Event
from tandem.cases.vocabulary import Answers
from tandem.kit import clock
from tandem.people.roles import Can

if TYPE_CHECKING:
    from tandem.automate.models import Rule, RuleVersion, Run

log = logging.getLogger(__name__)

# A rule may be set off by what another did, and that by a third; no further.
DEEPEST = 3
LATE = timedelta(days=1)


def held(version: "RuleVersion", anchors: Iterable[tuple[Event, datetime]]) -> Iterator[tuple[Seen, dict[str, Any]]]:
    """Of these occasions those at which its condition holds, with the values it saw."""
    condition, spoken_of = seeing.kept(version.condition)
    if condition is None:  # it is not understood any more
        return
    looked = seeing.look(anchors, spoken_of, until_the_line=version.when not in waiting.WAITINGS)
    answers = Answers(seen.case for seen in looked)
    for seen in looked:
        told = seeing.values(seen, spoken_of)
        if answers.fulfil(condition, seen.case, told):
            answered = {seeing.as_asked(query): answers.to(seen.case, query) for query in condition.queries}
            yield seen, seeing.shown(told) | answered


def consider(event: Event) -> None:
    """All rules that wait for this, in their order; one that fails keeps no other from running, and is tried again.

    What is restricted sets off none: a run is for all colleagues to read. Nor does what only puts back what was.
    """
    if event.audience == Audience.RESTRICTED or WAY_BACK in event.facts:
        return
    rules = apps.get_model("automate.Rule").objects.on().filter(when=event.verb).select_related("switched_on_by")
    failed = None
    for rule in rules.in_order():
        if event.at >= rule.switched_on_at:
            failed = _tried(rule, event, event.at) or failed
    if failed:
        raise failed


def let_time_pass() -> None:
    """Rules that wait for a time: each time it has passed since they were looked at last, once per line it counts from."""
    rules = apps.get_model("automate.Rule").objects.on().filter(when__in=waiting.WAITINGS)
    for rule in rules.select_related("switched_on_by").in_order():
        now = clock.now()
        since = max(rule.looked_until, now - LATE)
        for event, _at in list(waiting.passed(rule.when, rule.length, since=since, until=now, now=now)):
            _tried(rule, event, now)
        type(rule).objects.filter(pk=rule.pk, looked_until=rule.looked_until).update(looked_until=now)


def _tried(rule: "Rule", event: Event, at: datetime) -> Exception | None:
    try:
        _considered(rule, event, at)
    except Exception as error:
        log.exception("The rule “%s” could not look at event %s", rule.name, event.pk)
        return error
    return None


def _considered(rule: "Rule", event: Event, at: datetime) -> None:
    version = rule.current
    causes = list(_chain(event))
    if len(causes) >= DEEPEST or any(run.rule_version and run.rule_version.rule_id == rule.pk for run in causes):
        return
    for _seen, saw in held(version, [(event, at)]):
        if run := _begun(rule, version, event, saw):
            run.work()
            rule.look_back()


def _chain(event: Event) -> "Iterator[Run]":
    """The runs this came of, the last first: what wrote the line, what had set that off, and so on."""
    runs = apps.get_model("automate.Run").objects.select_related("rule_version", "event")
    cause: Event | None = event
    for _depth in range(DEEPEST):
        run = runs.filter(pk=cause.facts["run"]).first() if cause and cause.facts.get("run") else None
        if run is None:
            return
        yield run
        cause = run.event


@transaction.atomic
def _begun(rule: "Rule", version: "RuleVersion", event: Event, saw: dict[str, Any]) -> "Run | None":
    """The run, if it is to be done now: once per line for all versions that do the same. One that broke off goes on."""
    locked = type(rule).objects.select_for_update(of=("self",)).select_related("switched_on_by").get(pk=rule.pk)
    if not locked.is_on or not version.does_the_same_as(locked):
        return None
    runs = apps.get_model("automate.Run").objects
    if before := runs.filter(rule_version__in=version.alike, event=event).select_related("by").first():
        return None if before.finished_at else before
    by, case = locked.switched_on_by, event.case.read_on
    if not by.may(Can.AUTOMATE):
        rule.pause(_("{name}, who switched it on, may not do so any more.").format(name=by.name))
        return None
    if locked.is_too_busy_with(case):
        rule.pause(_("It ran on case {number} again and again within an hour.").format(number=case.number))
        return None
    return runs.of_rule(version, event=event, case=case, saw=saw, by=by)
