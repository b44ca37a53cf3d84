from tandem.cases.acts import ACTS
from tandem.cases.models import Ball
from tandem.people.models import Team


def test_undoing_an_owner_leaves_a_ball_that_moved_since(case, ana, sam, max):
    case.assignments.give("customer", to=sam, by=sam)
    given = ACTS["give_to"].done(case, by=sam, told={"to": max.email})
    case.pass_ball(Ball.CUSTOMER, by=max, holder=ana)

    ACTS["give_to"].undone(case, by=sam, told=given)

    case.refresh_from_db()
    assert (case.customer_owner, case.ball, case.ball_holder) == (sam, Ball.CUSTOMER, ana)


def test_undoing_a_hand_off_leaves_a_ball_that_moved_since(case, ana, sam, max):
    billing = Team.objects.create(name="Billing", slug="billing", kind="other")
    billing.members.add(max)
    told = {"team": "billing", "reason": "They ask for a refund"}
    handed = ACTS["hand_off"].done(case, by=sam, told=told)
    case.pass_ball(Ball.CUSTOMER, by=sam, holder=ana)

    ACTS["hand_off"].undone(case, by=sam, told=handed)

    case.refresh_from_db()
    assert (case.ball, case.ball_holder, case.ball_team) == (Ball.CUSTOMER, ana, None)
