"""Who is told, and why."""

from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.notify.models import Kind, Mention, Notice, Reason, Watch, Way
from tandem.people.models import Team
from tandem.shifts.models import HandOver
from tandem.shifts.models.handover import Leaving
from tandem.triage.models import Part


def told(person) -> list[tuple[str, str]]:
    rows = Notice.objects.visible_to(person).unread().select_related("event")
    return [(row.event.verb, row.reason) for row in rows]


@pytest.fixture
def owned(case, sam, max, worker):
    """Sam owns the case; it was told, and he has read it."""
    worker()
    case.assignments.give(Part.CUSTOMER, to=sam, by=max)
    worker()
    sam.notices.read()
    return case


def wrote(case, person, body="And again tonight.", audience=Audience.CUSTOMER):
    return case.messages.write(body, by=person, audience=audience)


def test_a_case_nobody_owns_or_watches_tells_nobody(case, worker, sam):
    worker()
    assert not Notice.objects.exists()


def test_it_tells_the_owner_what_the_customer_writes_and_why(owned, ana, sam, worker):
    wrote(owned, ana)
    worker()

    notice = Notice.objects.visible_to(sam).unread().get()
    assert (notice.event.verb, notice.kind, notice.why) == ("message.received", Kind.CUSTOMER, "You own it")


def test_it_is_given_to_you(case, sam, max, worker):
    worker()
    case.assignments.give(Part.CUSTOMER, to=sam, by=max)
    worker()

    assert Notice.objects.visible_to(sam).get().why == "Max Berger gave it to you"


def test_your_own_acts_tell_you_nothing(owned, sam, worker):
    wrote(owned, sam, "A note to myself.", Audience.SUPPORT)
    worker()
    assert not told(sam)


def test_whoever_watches_is_told_and_no_more_when_they_end_it(case, ana, erin, worker):
    worker()
    case.watches.begin(by=erin)
    wrote(case, ana)
    worker()
    assert told(erin) == [("message.received", Reason.WATCHING)]

    case.watches.end(by=erin)
    wrote(case, ana)
    worker()
    assert len(told(erin)) == 1


def test_watching_twice_is_watching(case, erin):
    case.watches.begin(by=erin)
    case.watches.begin(by=erin)
    assert Watch.objects.standing().count() == 1


def test_of_several_reasons_the_strongest_stands_there(owned, sam, erin, worker):
    owned.watches.begin(by=sam)
    wrote(owned, erin, "@sam could you look? @support, too", Audience.SUPPORT)
    worker()
    assert told(sam) == [("message.written", Reason.MENTIONED)]


def test_a_team_is_mentioned_and_hears_of_it(case, sam, erin, platform, worker):
    wrote(case, sam, "Is this yours, @platform?", Audience.SUPPORT)
    worker()
    assert Notice.objects.visible_to(erin).get().why == "Sam Okafor mentioned your team Platform"


def test_whoever_is_mentioned_watches_unless_they_once_ended_it(case, sam, erin, worker):
    wrote(case, sam, "@erin?", Audience.SUPPORT)
    worker()
    assert erin.watching.standing().get().why == Watch.Why.MENTIONED

    case.watches.end(by=erin)
    wrote(case, sam, "@erin??", Audience.SUPPORT)
    worker()
    assert not erin.watching.standing().exists()
    assert len(told(erin)) == 2


def test_what_customers_write_and_what_we_write_to_them_calls_nobody(case, ana, sam, erin, worker):
    wrote(case, ana, "@erin @platform help")
    wrote(case, sam, "I asked @erin.")
    worker()
    assert not Mention.objects.exists()
    assert not told(erin)


def test_code_and_quotes_call_nobody(case, sam, erin, worker):
    wrote(case, sam, "> @erin said\n```\n@erin\n```\nmail erin@tandem.example", Audience.SUPPORT)
    worker()
    assert not Mention.objects.exists()


def test_a_restricted_note_calls_only_those_who_may_read_it(owned, sam, erin, max, worker):
    wrote(owned, max, "@erin @sam this is about a person", Audience.RESTRICTED)
    worker()
    assert told(sam) == [("message.written", Reason.MENTIONED)]
    assert not Notice.objects.filter(user=erin).exists()
    assert not erin.watching.exists()


def test_it_is_not_shown_once_it_may_not_be_read(owned, sam, erin, max, worker):
    owned.assignments.give(Part.TECHNICAL, to=erin, by=max)
    wrote(owned, max, "@erin only for owners", Audience.RESTRICTED)
    worker()
    assert ("message.written", Reason.MENTIONED) in told(erin)

    owned.assignments.give(Part.TECHNICAL, to=max, by=max)
    assert ("message.written", Reason.MENTIONED) not in told(erin)


def test_a_message_that_was_moved_away_is_not_told_here(owned, ana, sam, mallory, worker):
    message = wrote(owned, ana)
    worker()
    assert told(sam)
    other = Case.objects.open_for(ana, title="Another thing")
    owned.moves.move([message], to=other, by=sam)
    assert not told(sam)


def test_what_happens_on_a_case_that_was_merged_is_told_to_who_owns_where_it_is_read(owned, ana, sam, worker):
    other = Case.objects.open_for(ana, title="The same export")
    other.merges.join_to(owned, by=sam)
    worker()
    wrote(other, ana)
    worker()
    assert ("message.received", Reason.OWNER) in told(sam)
    assert Notice.objects.visible_to(sam).unread().about(owned).exists()


def test_a_muted_case_is_silent_but_for_a_word_to_you(owned, ana, sam, erin, worker):
    owned.mutes.begin(by=sam)
    wrote(owned, ana)
    worker()
    assert not told(sam)

    wrote(owned, erin, "@sam?", Audience.SUPPORT)
    worker()
    assert told(sam) == [("message.written", Reason.MENTIONED)]

    owned.watches.begin(by=sam)
    assert not owned.mutes.standing().exists()


def test_what_one_does_not_want_is_not_told(owned, ana, sam, worker):
    for way in Way:
        sam.notice_preferences.want(Kind.CUSTOMER, way, wanted=False)
    wrote(owned, ana)
    worker()
    assert not Notice.objects.filter(user=sam, read_at=None).exists()

    sam.notice_preferences.want(Kind.CUSTOMER, Way.MAIL, wanted=True)
    wrote(owned, ana)
    worker()
    assert not told(sam)
    assert Notice.objects.filter(user=sam, read_at=None, mail=True, desk=False).count() == 1


def test_a_team_that_is_asked_hears_of_it_and_who_asked_hears_the_answer(owned, sam, erin, platform, worker):
    escalation = owned.escalations.raise_to(platform, by=sam, asking="Why do exports stop at 10,000 rows?")
    worker()
    assert ("escalation.requested", Reason.TEAM) in told(erin)

    escalation.accept(by=erin)
    worker()
    assert ("escalation.accepted", Reason.OWNER) in told(sam)


def test_a_broken_promise_is_told_to_its_keeper_and_to_managers(owned, sam, max, erin, worker):
    owned.watches.begin(by=erin)
    promise = owned.promises.make(clock.now() + timedelta(hours=4), by=sam)
    with clock.at(promise.due_at + timedelta(minutes=1)):
        owned.promises.watch()
        worker()
        assert told(sam) == [("promise.broken", Reason.OWNER)]
        assert told(max) == [("promise.broken", Reason.MANAGER)]
        assert not told(erin)


def test_who_left_is_told_nothing(owned, ana, sam, worker):
    wrote(owned, ana)
    sam.retire()
    worker()
    assert Notice.objects.filter(user=sam, read_at=None).count() == 0


def test_put_off_it_comes_back(owned, ana, sam, worker):
    wrote(owned, ana)
    worker()
    sam.notices.put_off(clock.now() + timedelta(hours=3), case=owned)
    assert not told(sam)
    with clock.at(clock.now() + timedelta(hours=4)):
        assert told(sam)


def test_whoever_snoozed_a_case_hears_that_it_is_back(owned, sam, max, worker):
    owned.snoozes.put_off(by=max, until=clock.now() + timedelta(hours=1))
    owned.snoozes.standing().get().wake(by=sam)
    worker()
    assert told(max) == [("snooze.ended", Reason.SNOOZED)]


def test_a_clock_is_told_to_those_it_names(owned, sam, erin, max, worker):
    owned.record("clock.broken", clocks=[], told=[sam.pk, erin.pk, max.pk])
    worker()
    assert told(sam) == [("clock.broken", Reason.OWNER)]
    assert told(erin) == [("clock.broken", Reason.CLOCK)]
    assert told(max) == [("clock.broken", Reason.MANAGER)]


def test_a_task_is_told_to_whom_it_is_for_and_once_more_when_it_is_due(owned, sam, erin, worker):
    task = owned.tasks.plan("Check the backup", by=sam, whom=erin, due_at=clock.now() + timedelta(hours=2))
    worker()
    assert told(erin) == [("task.added", Reason.GIVEN)]

    with clock.at(task.due_at + timedelta(minutes=1)):
        worker()
        assert told(erin)[0] == ("task.came_due", Reason.CLOCK)


def test_a_task_for_nobody_is_told_to_the_owner_when_it_is_due(owned, sam, erin, worker):
    task = owned.tasks.plan("Check the backup", by=sam, due_at=clock.now() + timedelta(hours=2))
    with clock.at(task.due_at + timedelta(minutes=1)):
        worker()
    assert ("task.came_due", Reason.OWNER) in told(sam)
    assert "task.came_due" not in [verb for verb, _reason in told(erin)]


def test_a_team_hears_that_it_is_not_asked_any_more(owned, sam, max, worker):
    billing = Team.objects.create(name="Billing", slug="billing", kind="other")
    billing.members.add(max)
    handoff = owned.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    worker()
    assert told(max) == [("handoff.made", Reason.TEAM)]

    handoff.decline(why="Found it myself", by=sam)
    worker()
    assert told(max)[0] == ("handoff.taken_back", Reason.TEAM)
    assert [notice.why for notice in Notice.objects.filter(user=max).order_by("pk")][-2:] == [
        "Your team Billing is asked",
        "Your team Billing was asked",
    ]


def test_a_handover_is_told_to_who_takes_it_and_taken_to_who_gave_it(owned, sam, max, worker):
    offered = HandOver.objects.offer([Leaving(owned, next="Tell Ana")], to=max, by=sam)
    worker()
    assert told(max) == [("handover.offered", Reason.GIVEN)]

    offered.accept(by=max)
    worker()
    assert ("handover.accepted", Reason.ASKED) in told(sam)


def test_a_prepared_reply_is_work_for_the_owner_alone(owned, sam, erin, max, worker):
    owned.watches.begin(by=max)
    owned.planned_updates.prepare("Hello Ana, we are on it.", by=erin)
    worker()

    notice = Notice.objects.visible_to(sam).unread().get()
    assert (notice.event.verb, notice.kind, notice.reason) == ("update.prepared", Kind.GIVEN, Reason.OWNER)
    assert not told(max)
