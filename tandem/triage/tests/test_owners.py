import pytest
from django.db import IntegrityError, transaction

from tandem.cases import acts
from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.cases.sentences import sentence
from tandem.triage.models import Assignment, Part
from tandem.triage.models.assignment import CannotOwn, NobodyOwns


def test_owners_are_given_and_stand_on_the_case(case, sam, erin):
    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    case.assignments.give(Part.TECHNICAL, to=erin, by=sam)

    case.refresh_from_db()
    assert (case.customer_owner, case.technical_owner) == (sam, erin)


def test_a_new_owner_ends_the_part_of_the_former(case, sam, max):
    first = case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    second = case.assignments.give(Part.CUSTOMER, to=max, by=sam)

    first.refresh_from_db()
    assert first.ended_at is not None
    assert list(case.assignments.standing()) == [second]


def test_two_cannot_have_one_part(case, sam, max):
    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(case=case, part=Part.CUSTOMER, to=max)


def test_who_has_the_part_already_keeps_it(case, sam):
    first = case.assignments.give(Part.CUSTOMER, to=sam, by=sam)

    assert case.assignments.give(Part.CUSTOMER, to=sam, by=sam) == first
    assert case.events.filter(verb="assignment.given").count() == 1


def test_the_customer_owner_must_speak_to_customers(case, sam, erin, ana):
    with pytest.raises(CannotOwn):
        case.assignments.give(Part.CUSTOMER, to=erin, by=sam)
    with pytest.raises(CannotOwn):
        case.assignments.give(Part.TECHNICAL, to=ana, by=sam)


def test_who_left_owns_nothing_new(case, sam, erin):
    erin.retire()

    with pytest.raises(CannotOwn):
        case.assignments.give(Part.TECHNICAL, to=erin, by=sam)


def test_the_customer_owner_gets_the_ball_that_is_ours(case, sam, platform):
    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    assert (case.ball, case.ball_holder) == (Ball.SUPPORT, sam)


def test_a_ball_with_engineering_stays_there(case, sam, platform):
    case.pass_ball(Ball.ENGINEERING, by=sam, team=platform)

    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)

    assert (case.ball, case.ball_team) == (Ball.ENGINEERING, platform)


def test_with_both_owners_the_investigation_begins(case, sam, erin):
    with pytest.raises(NobodyOwns):
        case.assignments.begin_investigation(by=sam)

    case.assessments.judge(impact=3, urgency=3, by=sam)
    case.assignments.arrange(customer=sam, technical=erin, by=sam)
    case.assignments.begin_investigation(by=sam)

    assert case.stage == Stage.INVESTIGATE


# The doors.


def test_sam_gives_both_parts_and_begins(case, sam, erin, at_the_desk):
    desk = at_the_desk(sam)
    case.assessments.judge(impact=3, urgency=3, by=sam)
    address = f"/desk/cases/{case.number}/owners/"

    assert "Begin investigation" not in desk.get(address).content.decode()
    desk.post(address, {"customer": sam.pk, "technical": erin.pk})
    assert "Begin investigation" in desk.get(address).content.decode()
    desk.post(f"/desk/cases/{case.number}/investigation/")

    case.refresh_from_db()
    assert (case.customer_owner, case.technical_owner, case.stage) == (sam, erin, Stage.INVESTIGATE)
    assert "Begin investigation" not in desk.get(address).content.decode()


def test_an_owner_is_taken_off_by_emptying_the_field(case, sam, erin, at_the_desk):
    case.assignments.arrange(customer=sam, technical=erin, by=sam)
    address = f"/desk/cases/{case.number}/owners/"
    assert f'name="initial-technical" value="{erin.pk}"' in at_the_desk(sam).get(address).text

    shown = {"initial-customer": sam.pk, "initial-technical": erin.pk}
    at_the_desk(sam).post(address, shown | {"customer": sam.pk, "technical": ""})

    case.refresh_from_db()
    assert (case.customer_owner, case.technical_owner) == (sam, None)
    assert sentence(case.events.get(verb="assignment.ended")) == "Erin Haas is no longer technical owner"


def test_what_was_empty_when_it_was_shown_takes_nobody_off(case, sam, max, erin, at_the_desk):
    shown = {"initial-customer": "", "initial-technical": ""}
    case.assignments.give(Part.CUSTOMER, to=max, by=max)

    at_the_desk(sam).post(f"/desk/cases/{case.number}/owners/", shown | {"customer": "", "technical": erin.pk})

    case.refresh_from_db()
    assert (case.customer_owner, case.technical_owner) == (max, erin)


def test_by_name_an_owner_is_taken_off_and_put_back(case, sam):
    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    act = acts.get("take_off")
    assert act.sentence({"part": "customer"}, by=sam) == "take it off its customer owner"

    undo = act.done(case, by=sam, told={"part": "customer"})
    case.refresh_from_db()
    assert (case.customer_owner, case.ball_holder) == (None, None)
    with pytest.raises(acts.AsItWas):
        act.done(case, by=sam, told={"part": "customer"})

    act.undone(case, by=sam, told=undo)
    case.refresh_from_db()
    assert (case.customer_owner, case.ball_holder) == (sam, sam)


def test_an_engineer_is_not_offered_as_customer_owner(case, sam, erin, at_the_desk):
    page = at_the_desk(sam).post(f"/desk/cases/{case.number}/owners/", {"customer": erin.pk})

    assert page.status_code == 422
    assert not case.assignments.exists()


def test_an_engineer_gives_nothing(case, erin, at_the_desk):
    desk = at_the_desk(erin)

    assert desk.post(f"/desk/cases/{case.number}/owners/", {"technical": erin.pk}).status_code == 403
    assert desk.post(f"/desk/cases/{case.number}/investigation/").status_code == 403


def test_customers_reach_nothing(case, ana, mallory, at_the_desk, by_api):
    for who in (ana, mallory):
        assert at_the_desk(who).get(f"/desk/cases/{case.number}/owners/").status_code == 404
        assert not Assignment.objects.visible_to(who).exists()
    assert by_api(ana).get(f"/api/v1/cases/{case.number}/assignments").status_code == 403


def test_a_program_gives_and_begins(case, sam, erin, by_api):
    program, address = by_api(sam), f"/api/v1/cases/{case.number}/assignments"

    for part, to in (("customer", sam), ("technical", erin)):
        given = program.post(address, {"part": part, "to": to.email}, content_type="application/json")
        assert given.status_code == 201
    refused = program.post(address, {"part": "customer", "to": erin.email}, content_type="application/json")
    case.enter(Stage.TRIAGE, by=sam)
    begun = program.post(f"/api/v1/cases/{case.number}/investigation")

    assert refused.json()["title"].startswith("A customer owner speaks to customers")
    assert begun.status_code == 204
    assert [each["to"] for each in program.get(address).json()] == ["Erin Haas", "Sam Okafor"]


def test_the_panel_makes_two_queries(case, sam, erin, django_assert_num_queries):
    from tandem.triage import panels

    case.assignments.arrange(customer=sam, technical=erin, by=sam)

    with django_assert_num_queries(2):
        panels.owners.words(case, sam)


def test_the_desk_says_why_one_owns_it_with_names_as_they_are_written(case, sam, max, at_the_desk):
    case.assignments.give(Part.CUSTOMER, to=sam, by=max, why="handed over by Priya Nair at shift end")
    panel = at_the_desk(sam).get(f"/desk/cases/{case.number}/owners/", headers={"HX-Request": "true"}).text

    assert "Handed over by Priya Nair at shift end." in panel
