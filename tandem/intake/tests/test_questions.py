import re
from datetime import timedelta

import pytest

from tandem.cases.models import Ball
from tandem.communicate.models import Kind
from tandem.intake import realms
from tandem.intake.models import Asking, Question
from tandem.intake.models.question import NoLongerAsked, NothingAsked
from tandem.kit import clock
from tandem.kit.errors import NotAllowed


def test_asking_the_customer_is_one_update_and_passes_the_ball(case, sam, ana):
    case.questions.ask_together([Asking("Which browser?"), Asking("Since when?")], by=sam)

    update = case.updates.get()
    assert update.kind == Kind.QUESTION
    assert "1. Which browser?\n2. Since when?" in update.message.body
    assert (case.ball, case.ball_holder) == (Ball.CUSTOMER, ana)


def test_the_last_answer_brings_the_ball_back(case, sam, ana):
    first, second = case.questions.ask_together([Asking("Which browser?"), Asking("Since when?")], by=sam)

    first.answer("Firefox", by=ana)
    case.refresh_from_db()
    assert case.ball == Ball.CUSTOMER

    second.answer("Monday", by=ana)
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


def test_a_ball_that_went_to_engineering_meanwhile_stays_there(case, sam, ana, platform):
    question = case.questions.ask("Which browser?", by=sam)
    case.pass_ball(Ball.ENGINEERING, by=sam, team=platform)

    question.answer("Firefox", by=ana)

    case.refresh_from_db()
    assert case.ball == Ball.ENGINEERING


def test_asking_does_not_let_the_promised_time_vanish(case, sam):
    in_two_hours = clock.now() + timedelta(hours=2)
    case.promises.make(in_two_hours, by=sam)

    case.questions.ask("Which browser?", by=sam)

    case.refresh_from_db()
    assert case.next_update_at == in_two_hours


def test_an_answer_about_a_line_becomes_a_fact_they_told(case, sam, ana):
    (question,) = case.questions.ask_together([Asking("Which browser is it?", "browser")], by=sam)

    question.answer("Firefox 131", by=ana)

    fact = case.facts.standing().get(key="browser")
    assert (fact.value, fact.source, fact.noted_by) == ("Firefox 131", "told", ana)


def test_a_colleague_is_asked_without_a_word_to_the_customer(case, sam, erin, ana):
    question = case.questions.ask("Was the index rebuilt?", by=sam, of=erin)

    assert question.asked_of == erin
    assert not case.updates.exists()
    assert case.ball == Ball.SUPPORT
    assert not Question.objects.visible_to(ana).exists()


def test_an_engineer_does_not_ask_the_customer(case, erin):
    with pytest.raises(NotAllowed):
        case.questions.ask("Which browser?", by=erin)


def test_a_question_is_answered_once(case, sam, ana):
    question = case.questions.ask("Which browser?", by=sam)
    question.answer("Firefox", by=ana)

    with pytest.raises(NoLongerAsked):
        question.answer("Safari", by=ana)


def test_a_question_taken_back_is_no_longer_asked(case, sam, ana):
    question = case.questions.ask("Which browser?", by=sam)
    question.withdraw(by=sam)

    case.refresh_from_db()
    assert not case.questions.waiting().exists()
    assert case.ball == Ball.SUPPORT
    with pytest.raises(NoLongerAsked):
        question.answer("Firefox", by=ana)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501])
def test_a_question_has_words_but_not_too_many(case, sam, text):
    with pytest.raises(NothingAsked):
        case.questions.ask(text, by=sam)


def test_the_ledger_says_what_was_asked_and_answered(case, sam, ana):
    case.questions.ask("Which browser?", by=sam).answer("Firefox", by=ana)

    verbs = [event.verb for event in case.events.filter(verb__startswith="question.")]
    assert verbs == ["question.asked", "question.answered"]


# The doors.


def test_sam_asks_for_what_is_missing_and_more_in_one_list(case, sam, at_the_desk):
    at_the_desk(sam).post(
        f"/desk/cases/{case.number}/questions/",
        {"missing": ["since", "affected"], "own": "Which browser?\n\nWhich page?"},
    )

    asked = list(case.questions.values_list("text", "key"))
    assert asked == [
        ("When did you first see it, and did anything change just before?", "since"),
        ("Roughly how many people are held up by it?", "affected"),
        ("Which browser?", ""),
        ("Which page?", ""),
    ]
    assert case.updates.count() == 1


def test_sam_asks_a_colleague_by_name(case, sam, erin, at_the_desk):
    at_the_desk(sam).post(f"/desk/cases/{case.number}/questions/", {"own": "Was it rebuilt?", "of": "erin haas"})

    assert case.questions.get().asked_of == erin


def test_a_name_nobody_has_is_said(case, sam, at_the_desk):
    page = at_the_desk(sam).post(f"/desk/cases/{case.number}/questions/", {"own": "Was it rebuilt?", "of": "Zoe"})

    assert page.status_code == 422
    assert "no one colleague of this name" in page.content.decode()


def test_erin_may_ask_colleagues_but_not_the_customer_at_the_desk(case, erin, sam, at_the_desk):
    desk = at_the_desk(erin)

    assert desk.post(f"/desk/cases/{case.number}/questions/", {"own": "Which browser?"}).status_code == 422
    assert not case.questions.exists()
    desk.post(f"/desk/cases/{case.number}/questions/", {"own": "Is this known?", "of": sam.email})
    assert case.questions.get().asked_of == sam


def test_sam_notes_an_answer_from_the_phone(case, sam, at_the_desk):
    question = case.questions.ask("Which browser?", by=sam)

    at_the_desk(sam).post(
        f"/desk/cases/{case.number}/questions/{question.pk}/answer/", {f"answer_{question.pk}": "Firefox"}
    )

    question.refresh_from_db()
    assert (question.answer_text, question.answered_by) == ("Firefox", sam)


def test_an_empty_answer_is_refused_in_a_sentence(case, sam, at_the_desk):
    question = case.questions.ask("Which browser?", by=sam)

    page = at_the_desk(sam).post(f"/desk/cases/{case.number}/questions/{question.pk}/answer/", {})

    assert page.status_code == 422
    assert "An answer has some words" in page.content.decode()


def test_sam_takes_a_question_back(case, sam, at_the_desk):
    question = case.questions.ask("Which browser?", by=sam)

    at_the_desk(sam).post(f"/desk/cases/{case.number}/questions/{question.pk}/withdrawal/")

    question.refresh_from_db()
    assert question.withdrawn_by == sam


def test_ana_answers_on_the_portal_what_she_can(case, sam, ana, at_the_desk):
    first, second = case.questions.ask_together([Asking("Which browser?"), Asking("Since when?")], by=sam)
    portal = at_the_desk(ana)
    address = f"/portal/cases/{case.number}/questions/"

    assert "Which browser?" in portal.get(address).content.decode()
    portal.post(address, {f"answer_{first.pk}": "Firefox", f"answer_{second.pk}": ""})

    assert list(case.questions.waiting()) == [second]
    assert case.questions.get(pk=first.pk).answered_by == ana


def test_ana_is_told_beside_the_button_that_she_answered_nothing(case, sam, ana, at_the_desk):
    case.questions.ask_together([Asking("Since when?")], by=sam)

    page = at_the_desk(ana).post(f"/portal/cases/{case.number}/questions/", {})

    assert page.status_code == 422
    assert (
        page.text.index("Since when?")
        < page.text.index("Nothing is answered yet.")
        < page.text.index("Send the answers")
    )


def test_ana_answers_through_the_link_in_her_mail_without_signing_in(case, sam, ana, client):
    question = case.questions.ask("Which browser?", by=sam)
    link = case.participants.get(user=ana).link("questions_link").removeprefix("http://127.0.0.1:8000")

    assert "Which browser?" in client.get(link).content.decode()
    client.post(link, {f"answer_{question.pk}": "Firefox"})

    question.refresh_from_db()
    assert question.answered_by == ana


def test_a_link_for_something_else_does_not_open_the_questions(case, ana, client):
    link = case.participants.get(user=ana).link("readback_link").replace("/readback/", "/questions/")

    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 404


def test_a_question_with_choices_is_answered_by_choosing(case, sam, ana, at_the_desk):
    (question,) = case.questions.ask_together([Asking("Is there a way around it?", "workaround")], by=sam)
    portal, address = at_the_desk(ana), f"/portal/cases/{case.number}/questions/"

    assert 'type="radio"' in portal.get(address).content.decode()
    refused = portal.post(address, {f"answer_{question.pk}": "maybe"})
    portal.post(address, {f"answer_{question.pk}": "partly"})

    assert refused.status_code == 422
    assert case.facts.standing().get(key="workaround").value == "partly"


def test_ana_does_not_see_what_colleagues_ask_each_other(case, sam, erin, ana, at_the_desk):
    case.questions.ask("Is the customer right?", by=sam, of=erin)

    assert (
        "Is the customer right?" not in at_the_desk(ana).get(f"/portal/cases/{case.number}/questions/").content.decode()
    )


def test_mallory_reaches_nothing(case, sam, mallory, at_the_desk, by_api):
    question = case.questions.ask("Which browser?", by=sam)
    window, program = at_the_desk(mallory), by_api(mallory)

    assert window.get(f"/portal/cases/{case.number}/questions/").status_code == 404
    assert window.post(f"/portal/cases/{case.number}/questions/", {f"answer_{question.pk}": "x"}).status_code == 404
    assert program.get(f"/api/v1/cases/{case.number}/questions").status_code == 404
    answer = f"/api/v1/cases/{case.number}/questions/{question.pk}/answer"
    assert program.post(answer, {"text": "x"}, content_type="application/json").status_code == 404


def test_ana_cannot_answer_a_question_of_another_case(case, sam, ana, mallorys_case, at_the_desk):
    foreign = mallorys_case.questions.ask("Which browser?", by=sam)

    at_the_desk(ana).post(f"/portal/cases/{case.number}/questions/", {f"answer_{foreign.pk}": "mine"})

    assert mallorys_case.questions.waiting().exists()


def test_a_program_asks_and_ana_answers(case, sam, ana, by_api):
    asked = by_api(sam).post(
        f"/api/v1/cases/{case.number}/questions",
        {"questions": [{"text": "Which browser?", "key": "browser"}]},
        content_type="application/json",
    )
    (question,) = by_api(ana).get(f"/api/v1/cases/{case.number}/questions").json()
    answered = by_api(ana).post(
        f"/api/v1/cases/{case.number}/questions/{question['id']}/answer",
        {"text": "Firefox"},
        content_type="application/json",
    )

    assert asked.status_code == 201
    assert answered.json()["answered_by"] == "Ana Lima"


def test_a_customer_takes_no_question_back(case, sam, ana, by_api):
    question = case.questions.ask("Which browser?", by=sam)

    assert by_api(ana).delete(f"/api/v1/cases/{case.number}/questions/{question.pk}").status_code == 403
    assert by_api(sam).delete(f"/api/v1/cases/{case.number}/questions/{question.pk}").status_code == 204


def test_the_panel_and_the_card_make_few_queries(case, sam, ana, django_assert_num_queries):
    from tandem.intake import panels

    case.questions.ask_together([Asking(f"Question {n}?") for n in range(20)], by=sam)
    case.refresh_from_db()
    realms.lines(case.realm)

    with django_assert_num_queries(2):
        panels.questions.words(case, sam)
    with django_assert_num_queries(1):
        panels.questions_card.words(case, ana)


def test_what_is_missing_is_one_list_sent_with_one_click(case, sam, at_the_desk, worker):
    worker()
    case.reflect(realm="data")
    address = f"/desk/cases/{case.number}/questions/"
    page = at_the_desk(sam).get(address, headers={"hx-request": "true"}).text
    keys = re.findall(r'type="hidden" name="missing" value="(\w+)"', page)
    assert keys
    assert len(keys) <= 6
    assert not {"version", "environment"} & {*keys}

    at_the_desk(sam).post(address, {"missing": keys})

    assert [question.key for question in case.questions.waiting()] == keys
    assert case.updates.count() == 1
    assert "Ask these as one list" not in at_the_desk(sam).get(address, headers={"hx-request": "true"}).text
