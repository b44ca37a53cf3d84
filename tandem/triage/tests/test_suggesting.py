import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case
from tandem.intake import realms
from tandem.triage.models import Assessment, Part, Schooling
from tandem.triage.models.assessment import NotTheLast
from tandem.triage.suggesting import suggest
from tandem.triage.who import advised


def opened(ana, title: str, said: str = "") -> Case:
    case = Case.objects.open_for(ana, title=title)
    if said:
        case.messages.write(said, by=ana, audience=Audience.CUSTOMER)
    return case


@pytest.fixture
def schooled(ana, sam) -> Schooling:
    """Sam judged twelve exports and twelve sign-ins."""
    for n in range(12):
        opened(ana, f"Export {n} ends early", "rows are missing, timeout").assessments.judge(
            impact=4, urgency=4, realm="data", by=sam
        )
        opened(ana, f"Phone app {n} asks twice", "the login screen flickers").assessments.judge(
            impact=2, urgency=2, realm="mobile", by=sam
        )
    return Schooling.objects.learn()


def test_with_no_history_the_realm_is_guessed_from_what_its_report_asks(ana):
    suggestion = suggest(opened(ana, "Our webhook gets 401 from the endpoint", "Urgent: the whole team is blocked"))

    assert suggestion.realm == "api"
    assert "endpoint" in suggestion.realms[0].because
    assert suggestion.impact.value == "4"
    assert not suggestion.is_sure


def test_words_that_say_nothing_suggest_nothing(ana):
    assert suggest(opened(ana, "Hm")) is None


def test_it_learns_from_what_people_judged_and_says_by_which_words(ana, schooled):
    suggestion = suggest(opened(ana, "Export ends early", "timeout after some rows"))

    assert (suggestion.impact.value, suggestion.realm, suggestion.learned_from) == ("4", "data", 24)
    assert suggestion.is_sure
    assert {"export", "timeout", "early", "ends", "rows"} >= set(suggestion.realms[0].because.split(", "))


def test_of_too_few_judgements_nothing_is_learned(case, sam):
    case.assessments.judge(impact=4, urgency=4, by=sam)

    assert Schooling.objects.learn() is None


def test_judging_otherwise_than_a_sure_suggestion_asks_why_and_keeps_it(ana, sam, schooled, at_the_desk):
    case, desk = opened(ana, "Export ends early", "timeout after some rows"), at_the_desk(sam)
    otherwise = {"impact": 1, "urgency": 1, "realm": "data"}

    asked = desk.post(f"/desk/triage/{case.number}/", otherwise)
    assert (asked.status_code, "Say in a word why" in asked.text) == (422, True)
    desk.post(f"/desk/triage/{case.number}/", otherwise | {"why_not": "rehearsal"})

    judged = case.assessments.standing().get()
    assert (judged.why_not, judged.suggested["impact"], judged.was_as_suggested) == ("rehearsal", 4, False)


def test_another_realm_than_a_sure_suggestion_asks_why_unless_it_was_reported(ana, sam, schooled, at_the_desk):
    case, desk = opened(ana, "Export ends early", "timeout after some rows"), at_the_desk(sam)
    offered = suggest(case)
    assert offered.is_sure_of_the_realm
    other = next(realm.slug for realm in realms.all() if realm.slug != offered.realm)
    otherwise = offered.told | {"realm": other}

    asked = desk.post(f"/desk/triage/{case.number}/", otherwise)
    assert (asked.status_code, "Say in a word why" in asked.text) == (422, True)

    case.reflect(realm=other)
    assert desk.post(f"/desk/triage/{case.number}/", otherwise).status_code == 302


def test_one_key_takes_the_suggestion_and_gives_an_owner(ana, sam, max, schooled, at_the_desk):
    opened(ana, "An older one").assignments.give(Part.CUSTOMER, to=max, by=sam)
    case, desk = opened(ana, "Export ends early", "timeout after some rows"), at_the_desk(sam)
    page = desk.get(f"/desk/triage/{case.number}/").text
    assert 'data-key="a"' in page

    answer = desk.post(
        f"/desk/triage/{case.number}/", {"impact": 4, "urgency": 4, "realm": "data", "owner": max.pk}, follow=True
    )

    case.refresh_from_db()
    assert (case.customer_owner, case.assessments.get().was_as_suggested) == (max, True)
    assert f"You judged {case.number} High." in answer.text
    assert "looked after 1 case" in case.assignments.get().why


def test_a_judgement_and_its_owner_are_undone_from_the_next_page(case, sam, max, at_the_desk):
    desk = at_the_desk(sam)
    desk.post(f"/desk/triage/{case.number}/", {"impact": 4, "urgency": 5, "owner": max.pk})

    desk.post(f"/desk/triage/{case.number}/{Assessment.objects.get().pk}/undo/")

    case.refresh_from_db()
    assert (case.priority, case.customer_owner, case.ball, case.ball_holder) == (0, None, Ball.SUPPORT, None)
    assert "2 to judge" not in desk.get("/desk/triage/").text
    assert f"/desk/triage/{case.number}/" in desk.get("/desk/triage/").text


def test_taking_back_a_second_judgement_lets_the_first_stand_again(case, sam):
    first = case.assessments.judge(impact=4, urgency=5, by=sam)
    second = case.assessments.judge(impact=1, urgency=1, by=sam)

    with pytest.raises(NotTheLast):
        first.take_back(by=sam)
    second.take_back(by=sam)

    case.refresh_from_db()
    assert (case.assessments.standing().get(), case.priority) == (first, first.priority)


def test_nobody_undoes_what_another_judged(case, sam, max, at_the_desk):
    judged = case.assessments.judge(impact=4, urgency=5, by=sam)

    assert at_the_desk(max).post(f"/desk/triage/{case.number}/{judged.pk}/undo/").status_code == 404


def test_who_knows_the_account_is_advised_and_why(ana, sam, max):
    opened(ana, "An older one").assignments.give(Part.CUSTOMER, to=max, by=sam)

    advice = advised(opened(ana, "A new one"), [sam, max])

    assert (advice.person, advice.because) == (max, "looked after 1 case of Northwind Analytics, has 1 open")


def test_a_program_is_told_the_suggestion_and_takes_a_judgement_back(ana, sam, schooled, by_api):
    case, program = opened(ana, "Export ends early", "timeout after some rows"), by_api(sam)
    told = program.get(f"/api/v1/cases/{case.number}/suggestion").json()
    assert (told["realms"][0]["value"], told["learned_from"]) == ("data", 24)

    case.assessments.judge(impact=4, urgency=4, by=sam)
    program.post(f"/api/v1/cases/{case.number}/assessments/standing/taking-back")

    case.refresh_from_db()
    assert case.priority == 0
