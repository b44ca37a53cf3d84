from datetime import timedelta

import pytest

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.people.models import Team
from tandem.triage.page import unjudged


@pytest.fixture
def second(mallorys_case, case):
    """A case opened after Ana's; the order of fixtures does not say which is older, so we do."""
    assert {case.number, mallorys_case.number}
    return max(case, mallorys_case, key=lambda each: each.number)


@pytest.fixture
def first(mallorys_case, case):
    return min(case, mallorys_case, key=lambda each: each.number)


def test_it_shows_the_oldest_case_nobody_judged(first, second, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/triage/").content.decode()

    assert first.title in page
    assert second.title not in page
    assert "2 to judge" in page


def test_judging_leads_to_the_next(first, second, sam, at_the_desk):
    desk = at_the_desk(sam)
    answer = desk.post(f"/desk/triage/{first.number}/", {"impact": 3, "urgency": 3, "realm": "web"}, follow=True)

    page = answer.content.decode()
    assert second.title in page
    assert f"You judged {first.number} Medium." in page
    first.refresh_from_db()
    assert first.stage == Stage.TRIAGE


def test_what_is_left_for_later_stays_unjudged(first, second, sam, at_the_desk):
    desk = at_the_desk(sam)

    assert second.title in desk.get(f"/desk/triage/?after={first.number}").content.decode()
    assert "You left the rest for later." in desk.get(f"/desk/triage/?after={second.number}").content.decode()


def test_what_is_left_for_later_is_still_left_after_the_next_judgement(first, second, sam, at_the_desk):
    desk = at_the_desk(sam)
    page = desk.get(f"/desk/triage/?after={first.number}").content.decode()
    assert f'name="after" value="{first.number}"' in page

    told = {"impact": 3, "urgency": 3, "realm": "web", "after": first.number}
    answer = desk.post(f"/desk/triage/{second.number}/", told, follow=True)

    assert "You left the rest for later." in answer.content.decode()


def test_when_all_is_judged_it_says_so(db, sam, at_the_desk):
    assert "Every case is judged." in at_the_desk(sam).get("/desk/triage/").content.decode()


def test_each_step_has_a_key(case, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/triage/").content.decode()

    for key in ["1", "5", "u 1", "u 5", "s", "n", "o"]:
        assert f'data-key="{key}"' in page


def test_half_a_judgement_is_shown_again(case, sam, at_the_desk):
    page = at_the_desk(sam).post(f"/desk/triage/{case.number}/", {"impact": 3})

    assert page.status_code == 422
    assert "This field is required." in page.content.decode()


def test_an_engineer_has_no_triage_to_do(case, erin, at_the_desk):
    desk = at_the_desk(erin)

    assert desk.get("/desk/triage/").status_code == 403
    assert desk.post(f"/desk/triage/{case.number}/", {"impact": 3, "urgency": 3}).status_code == 403


def test_customers_have_no_triage(case, ana, at_the_desk):
    assert at_the_desk(ana).get("/desk/triage/").status_code == 404


def test_what_somebody_handed_off_stays_on_their_watch(case, sam, max, at_the_desk):
    billing = Team.objects.create(name="Billing", slug="billing", kind="other")
    billing.members.add(max)
    case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)

    assert "Handed off, not accepted yet" in at_the_desk(sam).get("/desk/triage/").content.decode()
    assert "Handed off, not accepted yet" not in at_the_desk(max).get("/desk/triage/").content.decode()


def test_what_was_handed_off_is_not_judged_unless_it_comes_back(case, sam, max, at_the_desk):
    billing = Team.objects.create(name="Billing", slug="billing", kind="other")
    billing.members.add(max)
    handoff = case.handoffs.hand_to(billing, reason="They ask for a refund", by=sam)
    desk = at_the_desk(sam)

    assert "Every case is judged." in desk.get("/desk/triage/").content.decode()
    handoff.decline(why="It is a bug", by=max)
    assert case.title in desk.get("/desk/triage/").content.decode()


def test_the_page_makes_as_many_queries_for_many_cases_as_for_one(
    case, ana, sam, at_the_desk, django_assert_max_num_queries
):
    desk = at_the_desk(sam)
    desk.get("/desk/triage/")
    for n in range(30):
        Case.objects.open_for(ana, title=f"Another {n}")

    with django_assert_max_num_queries(16):
        desk.get("/desk/triage/")


def test_of_two_who_judge_at_once_the_second_reads_what_the_first_one_said(case, sam, max, at_the_desk):
    told = {"impact": 4, "urgency": 5, "realm": "", "owner": "", "shown": 0}
    case.assessments.judge(impact=1, urgency=1, by=max)

    late = at_the_desk(sam).post(f"/desk/triage/{case.number}/", told)

    assert late.status_code == 409
    assert "Max Berger judged this Low meanwhile" in late.text
    standing = case.assessments.standing().get()
    assert standing.judged_by == max
    assert f'name="shown" value="{standing.pk}"' in late.text

    again = at_the_desk(sam).post(f"/desk/triage/{case.number}/", told | {"shown": standing.pk})

    assert again.status_code == 302
    assert case.assessments.standing().get().judged_by == sam


def test_nobody_yet_takes_the_owner_off_and_undo_gives_them_back(case, sam, max, at_the_desk):
    case.assignments.give("customer", to=max, by=sam)
    desk, address = at_the_desk(sam), f"/desk/triage/{case.number}/"
    assert f'name="owned" value="{max.pk}"' in desk.get(address).text

    desk.post(address, {"impact": 3, "urgency": 3, "owner": "", "owned": max.pk})
    case.refresh_from_db()
    assert case.customer_owner is None

    desk.post(f"{address}{case.assessments.get().pk}/undo/")
    case.refresh_from_db()
    assert case.customer_owner == max


@pytest.mark.parametrize("who", ["another took it off", "it was given on and taken off again"])
def test_undo_gives_back_only_what_one_took_off_oneself(case, sam, max, at_the_desk, who):
    case.assignments.give("customer", to=max, by=sam)
    desk, address = at_the_desk(sam), f"/desk/triage/{case.number}/"
    own = who == "it was given on and taken off again"
    desk.post(address, {"impact": 3, "urgency": 3, "owner": "" if own else max.pk, "owned": max.pk})
    if own:
        case.assignments.give("customer", to=sam, by=max)
    case.assignments.end("customer", by=max)

    desk.post(f"{address}{case.assessments.get().pk}/undo/")

    case.refresh_from_db()
    assert case.customer_owner is None


@pytest.mark.parametrize("chosen", ["the one who was advised", "nobody yet"])
def test_who_was_given_it_meanwhile_keeps_it(case, sam, max, at_the_desk, chosen):
    desk, address = at_the_desk(sam), f"/desk/triage/{case.number}/"
    told = {"impact": 3, "urgency": 3, "owner": sam.pk if chosen == "the one who was advised" else "", "owned": 0}
    case.assignments.give("customer", to=max, by=max)

    late = desk.post(address, told)

    case.refresh_from_db()
    assert case.customer_owner == max
    if chosen == "nobody yet":
        assert late.status_code == 302
        return
    assert late.status_code == 409
    assert "Max Berger became customer owner meanwhile" in late.text
    assert not case.assessments.exists()
    assert f'name="owned" value="{max.pk}"' in late.text
    assert desk.post(address, told | {"owned": max.pk}).status_code == 302
    case.refresh_from_db()
    assert case.customer_owner == sam


def test_an_owner_left_as_shown_is_not_given_back_what_another_has_by_now(case, sam, max, at_the_desk):
    case.assignments.give("customer", to=sam, by=sam)
    case.assignments.give("customer", to=max, by=max)

    told = {"impact": 3, "urgency": 3, "owner": sam.pk, "owned": sam.pk}
    assert at_the_desk(sam).post(f"/desk/triage/{case.number}/", told).status_code == 302

    case.refresh_from_db()
    assert case.customer_owner == max


def test_what_is_sent_twice_is_judged_once_and_the_next_comes(first, second, sam, at_the_desk):
    told = {"impact": 4, "urgency": 5, "realm": "", "owner": "", "shown": 0}
    desk, address = at_the_desk(sam), f"/desk/triage/{first.number}/"
    desk.post(address, told)

    again = desk.post(address, told, follow=True)

    assert again.status_code == 200
    assert second.title in again.text
    assert first.assessments.count() == 1
    other = desk.post(address, told | {"impact": 1})
    assert "Sam Okafor judged this" in other.text


def test_undo_keeps_what_was_left_for_later(first, second, sam, ana, at_the_desk):
    third = Case.objects.open_for(ana, title="Another one")
    desk = at_the_desk(sam)
    told = {"impact": 3, "urgency": 3, "realm": "web", "after": first.number}
    page = desk.post(f"/desk/triage/{second.number}/", told, follow=True).text
    assert third.title in page
    judged = second.assessments.get()

    undone = desk.post(f"/desk/triage/{second.number}/{judged.pk}/undo/", {"after": first.number}, follow=True)

    assert undone.status_code == 200
    assert f'name="after" value="{first.number}"' in undone.text


@pytest.fixture
def billing(max):
    team = Team.objects.create(name="Billing", slug="billing", kind="other")
    team.members.add(max)
    return team


ELSEWHERE = [
    ("merge", {"into": "OTHER"}, "is read on another case now."),
    ("handoff", {"team": "billing", "reason": "They ask for a refund"}, "You handed"),
    ("closure", {"reason": "not_a_fault"}, "You closed"),
]


@pytest.mark.parametrize(("way", "told", "says"), ELSEWHERE)
def test_what_needs_no_judgement_leaves_triage_and_comes_back(
    first, second, ana, sam, billing, at_the_desk, way, told, says
):
    other = Case.objects.open_for(ana, title=first.title)
    told = {name: other.number if word == "OTHER" else word for name, word in told.items()}
    desk, address = at_the_desk(sam), f"/desk/triage/{second.number}/"

    page = desk.post(f"{address}{way}/", told | {"after": second.number}, follow=True)
    assert page.status_code == 200
    assert says in page.text
    assert f'action="{address}return/"' in page.text
    assert f"<h1>{other.title}" in page.text

    back = desk.post(f"{address}return/", {"after": first.number}, follow=True)
    assert back.redirect_chain[-1][0] == f"{address}?after={first.number}"
    second.refresh_from_db()
    assert (second.in_queue, second.merged_into, second.handoffs.waiting().exists()) == (True, None, False)


def test_what_is_refused_is_said_where_it_was_typed(case, sam, billing, at_the_desk):
    desk, address = at_the_desk(sam), f"/desk/triage/{case.number}/"

    empty = desk.post(f"{address}handoff/", {"team": "billing", "reason": ""})
    assert empty.status_code == 422
    assert "This field is required." in empty.text
    itself = desk.post(f"{address}merge/", {"into": case.number})
    assert itself.status_code in (409, 422)
    assert case.title in itself.text
    assert 'role="alert"' in itself.text


def test_why_a_case_is_closed_is_chosen_and_a_refusal_is_where_one_looks(case, sam, at_the_desk):
    desk, address = at_the_desk(sam), f"/desk/triage/{case.number}/closure/"
    for page in ("/desk/triage/", f"/desk/cases/{case.number}/closure/"):
        assert '<option value="" selected>choose …</option>' in desk.get(page).text.split('name="reason"')[-1]
    assert desk.post(address, {"reason": ""}).status_code == 422

    refused = desk.post(address, {"reason": "fixed_confirmed"})
    assert refused.status_code == 409
    assert 'role="alert" tabindex="-1" autofocus' in refused.text
    assert "The customer has not said that it works" in refused.text


def test_ways_out_of_triage_have_keys(case, ana, sam, erin, at_the_desk):
    Case.objects.open_for(ana, title=case.title)
    page, alike = at_the_desk(sam).get("/desk/triage/").text, f"/desk/cases/{case.number}/alike/"

    assert '<span class="keys">Keys 1 to 5</span>' in page  # not said where one touches
    assert 'data-key="h"' in page
    assert 'data-key="c"' in page
    assert 'data-key="d 1"' in at_the_desk(sam).get(alike).text
    assert 'data-key="d 1"' not in at_the_desk(erin).get(alike).text


def test_only_what_can_be_read_as_one_is_offered_to_be_merged(case, ana, mallory, sam, erin, platform, at_the_desk):
    desk, alike = at_the_desk(sam), f"/desk/cases/{case.number}/alike/"
    theirs = Case.objects.open_for(mallory, title=case.title)
    assert str(theirs.number) in desk.get(alike).text
    assert "merge, next" not in desk.get(alike).text
    assert f"/desk/cases/{case.number}/?open=merge#panel-merge" in desk.get(alike).text

    hers = Case.objects.open_for(ana, title=case.title)
    Case.objects.open_for(mallory, title=case.title)
    page = desk.get(alike).text
    assert page.count("merge, next") == 1
    assert f'name="into" value="{hers.number}"' in page
    assert 'data-key="d 1"' in page

    case.escalations.raise_to(platform, by=sam, asking="Is it ours?")
    assert "merge, next" not in desk.get(alike).text


def test_what_engineering_puts_off_is_still_there_to_be_judged(case, sam, erin):
    case.snoozes.put_off(by=erin, until=clock.now() + timedelta(days=1))
    assert list(unjudged(sam)) == [case]

    case.snoozes.put_off(by=sam, until=clock.now() + timedelta(days=1))
    assert not unjudged(sam).exists()
