import pytest
from django.db import IntegrityError, transaction

from tandem.cases.models import Ball
from tandem.people.models import Team
from tandem.triage.models import HandOff
from tandem.triage.models.handoff import (
    AlreadyHandedOff,
    NobodyThere,
    NoLongerWaiting,
    NotForEngineering,
    NotYours,
    ReasonMissing,
)


@pytest.fixture
def billing(max):
    """Another department; Max looks after it."""
    team = Team.objects.create(name="Billing", slug="billing", kind="other")
    team.members.add(max)
    return team


def test_a_handed_off_case_keeps_its_number_and_stays_on_the_senders_watch(case, sam, billing):
    number = case.number
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    assert case.number == number
    assert (case.ball, case.ball_team, case.ball_holder) == (Ball.SUPPORT, billing, None)
    assert list(HandOff.objects.on_watch_of(sam)) == [handoff]


def test_who_accepts_keeps_the_promise_from_here_on(case, sam, max, billing):
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    handoff.accept(by=max)

    case.refresh_from_db()
    assert (case.customer_owner, case.ball_holder) == (max, max)
    assert not HandOff.objects.on_watch_of(sam).exists()


def test_who_does_not_speak_to_customers_accepts_without_owning_the_promise(case, sam, erin, billing):
    billing.members.add(erin)
    case.assignments.give("customer", to=sam, by=sam)

    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam).accept(by=erin)

    case.refresh_from_db()
    assert (case.customer_owner, case.ball_holder) == (sam, erin)


def test_declined_it_comes_back_with_a_reason(case, sam, max, billing):
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    handoff.decline(why="It is a bug after all", by=max)

    case.refresh_from_db()
    assert (case.ball, case.ball_holder) == (Ball.SUPPORT, sam)
    assert case.events.get(verb="handoff.declined").facts["why"] == "It is a bug after all"


def test_the_sender_may_take_it_back(case, sam, billing):
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    handoff.decline(why="Found it myself", by=sam)

    assert not case.handoffs.waiting().exists()
    assert case.events.filter(verb="handoff.taken_back", by=sam).exists()
    assert not case.events.filter(verb="handoff.declined").exists()


def test_what_the_sender_took_back_was_not_declined(case, sam, erin, billing, at_the_desk, by_api):
    address, panel = f"/api/v1/cases/{case.number}/handoffs", f"/desk/cases/{case.number}/handoff/"
    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    at_the_desk(sam).post(f"{panel}decline/", {"why": "Found it myself"})
    assert "taken back" in at_the_desk(erin).get(panel).text
    assert "declined" not in at_the_desk(erin).get(panel).text

    again = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    by_api(sam).post(f"{address}/{again.pk}/decline", {"why": "It was not"}, content_type="application/json")
    assert [each["taken_back"] for each in by_api(sam).get(address).json()] == [True, True]


def test_who_is_of_the_team_declines_what_they_handed_to_it(case, max, billing):
    case.handoffs.hand_to(billing, reason="They ask for a refund", by=max).decline(why="It is a bug", by=max)

    assert not case.handoffs.get().taken_back
    assert case.events.filter(verb="handoff.declined").exists()


def test_only_the_team_answers(case, sam, erin, billing):
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    with pytest.raises(NotYours):
        handoff.accept(by=sam)
    with pytest.raises(NotYours):
        handoff.decline(why="no", by=erin)


def test_it_is_answered_once(case, sam, max, billing):
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    handoff.accept(by=max)

    with pytest.raises(NoLongerWaiting):
        handoff.decline(why="no", by=max)


def test_it_waits_for_one_team_at_a_time(case, sam, support, billing):
    first = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    with pytest.raises(AlreadyHandedOff):
        case.handoffs.hand_to(support, reason="Or you?", by=sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOff.objects.create(case=case, to_team=support, reason="Or you?", handed_by=sam)
    assert first.is_waiting


def test_engineering_is_asked_by_an_escalation(case, sam, platform, erin):
    with pytest.raises(NotForEngineering):
        case.handoffs.hand_to(platform, reason="Please look", by=sam)


def test_a_team_of_nobody_gets_nothing(case, sam):
    empty = Team.objects.create(name="Legal", slug="legal", kind="other")

    with pytest.raises(NobodyThere):
        case.handoffs.hand_to(empty, reason="Please look", by=sam)


def test_a_reason_is_needed(case, sam, billing):
    with pytest.raises(ReasonMissing):
        case.handoffs.hand_to(billing, reason="  ", by=sam)


# The doors.


def test_sam_hands_off_and_max_accepts_at_the_desk(case, sam, max, billing, at_the_desk):
    address = f"/desk/cases/{case.number}/handoff/"

    at_the_desk(sam).post(address, {"team": billing.pk, "reason": "They ask for a refund"})
    assert "Accept" not in at_the_desk(sam).get(address).content.decode()
    assert "Accept" in at_the_desk(max).get(address).content.decode()
    at_the_desk(max).post(address + "acceptance/")

    assert case.handoffs.get().accepted_by == max


def test_max_declines_at_the_desk(case, sam, max, billing, at_the_desk):
    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    desk, address = at_the_desk(max), f"/desk/cases/{case.number}/handoff/decline/"

    assert desk.post(address, {"why": ""}).status_code == 422
    desk.post(address, {"why": "It is a bug"})

    assert case.handoffs.get().why_declined == "It is a bug"


def test_somebody_of_another_team_is_refused_in_a_sentence(case, sam, erin, billing, at_the_desk):
    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    page = at_the_desk(erin).post(f"/desk/cases/{case.number}/handoff/acceptance/")

    assert page.status_code == 403
    assert "Only somebody of the team" in page.content.decode()


def test_engineering_is_not_among_the_teams(case, sam, platform, billing, at_the_desk):
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/handoff/").content.decode()

    assert "Billing" in page
    assert "Platform" not in page


def test_an_engineer_hands_nothing_off(case, erin, billing, at_the_desk):
    page = at_the_desk(erin).post(f"/desk/cases/{case.number}/handoff/", {"team": billing.pk, "reason": "x"})

    assert page.status_code == 403


def test_customers_reach_nothing(case, sam, ana, mallory, billing, at_the_desk, by_api):
    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    for who in (ana, mallory):
        assert at_the_desk(who).get(f"/desk/cases/{case.number}/handoff/").status_code == 404
        assert not HandOff.objects.visible_to(who).exists()
    assert by_api(ana).get(f"/api/v1/cases/{case.number}/handoffs").status_code == 403


def test_a_program_hands_off_declines_and_accepts(case, sam, max, billing, by_api):
    address = f"/api/v1/cases/{case.number}/handoffs"
    asked = {"team": "billing", "reason": "They ask for a refund"}

    first = by_api(sam).post(address, asked, content_type="application/json").json()
    declined = by_api(max).post(
        f"{address}/{first['id']}/decline", {"why": "Not ours"}, content_type="application/json"
    )
    second = by_api(sam).post(address, asked, content_type="application/json").json()
    accepted = by_api(max).post(f"{address}/{second['id']}/acceptance")

    assert (declined.status_code, accepted.status_code) == (204, 204)
    assert [each["why_declined"] for each in by_api(sam).get(address).json()] == ["", "Not ours"]


def test_the_panel_makes_one_query_and_one_for_the_teams(case, sam, billing, django_assert_num_queries):
    from tandem.triage import panels

    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    with django_assert_num_queries(2):
        str(panels.handoff.words(case, sam)["form"])
