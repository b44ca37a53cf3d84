"""A reply with numbered answers is taken where it is plain and proven, and prepared for a person where it is not."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Channel
from tandem.intake import reply
from tandem.intake.models import Asking, LineVerdict, Through
from tandem.intake.models.readback import NotOnTheCase, Outdated
from tandem.intake.models.reading import NoLongerWaiting, SettledAlready
from tandem.kit.errors import NotAllowed

RIGHT, WRONG, UNSURE = LineVerdict.RIGHT, LineVerdict.WRONG, LineVerdict.UNSURE


@pytest.fixture
def asked(case, sam, worker):
    worker()
    case.reflect(realm="web")
    return case.questions.ask_together(
        [Asking("Which browser is it?", "browser"), Asking("Since when?", "since")], by=sam
    )


@pytest.fixture
def shared(case, sam, worker):
    """Two lines: the problem, and the version."""
    worker()
    case.facts.standing().filter(source="measured").exclude(key="version").delete()
    return case.readbacks.share(by=sam)


def replies(case, ana, body, worker, *, verified=True):
    message = case.messages.write(body, by=ana, audience=Audience.CUSTOMER, channel=Channel.MAIL, verified=verified)
    worker()
    return case.readings.filter(message=message).first()


@pytest.mark.parametrize(
    "text",
    [
        "1. Firefox 131\n2. Monday",
        "Hi Sam,\n\n1) Firefox 131\n2) Monday\n\nBest regards,\nAna Lima",
        "Hello\n(1) Firefox 131\n\n[2] Monday\nThanks!",
        "2: Monday\n1 - Firefox 131\n\nThank you, Ana",
    ],
)
def test_plain_answers_are_taken(case, ana, asked, worker, text):
    reading = replies(case, ana, text, worker)

    assert (reading.doubt, reading.taken_by, reading.is_waiting) == ("", None, False)
    assert not case.questions.waiting().exists()
    assert case.facts.standing().get(key="browser", source="told").value == "Firefox 131"
    assert case.facts.standing().get(key="since").noted_by == ana
    case.refresh_from_db()
    assert case.ball == "support"


def test_what_is_left_out_stays_asked(case, ana, asked, worker):
    replies(case, ana, "2. Monday", worker)

    assert case.questions.waiting().get().key == "browser"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("1. Firefox 131\n2. Monday\nActually the first is wrong.", "more than answers"),
        ("1. Firefox 131\n1. Safari", "answered twice"),
        ("1. Firefox 131\n7. Monday", "number 7"),
        ("We tried three things.\n1. Firefox 131", "more than answers"),
    ],
)
def test_what_is_not_plain_waits_for_a_person(case, ana, asked, worker, text, doubt):
    reading = replies(case, ana, text, worker)

    assert doubt in reading.doubt
    assert reading.is_waiting
    assert case.questions.waiting().count() == 2


def test_an_address_that_is_not_proven_answers_nothing_by_itself(case, ana, asked, worker):
    reading = replies(case, ana, "1. Firefox 131", worker, verified=False)

    assert "not proven" in reading.doubt
    assert case.questions.waiting().count() == 2


def test_an_answer_that_was_not_offered_is_doubted(case, ana, sam, worker):
    case.reflect(realm="web")
    case.questions.ask_together([Asking("In a private window, too?", "private_window")], by=sam)

    assert "none of the answers" in replies(case, ana, "1. perhaps", worker).doubt
    assert not replies(case, ana, "1. Yes", worker).doubt


def test_one_question_answered_without_a_number_is_prepared(case, ana, sam, worker):
    case.questions.ask("Which browser is it?", by=sam)

    assert "without a number" in replies(case, ana, "It is Firefox.", worker).doubt


@pytest.mark.parametrize("text", ["1.4", "1.5 GB", "1-2 hours", "1:15 pm", "1)4", "(1)555-1234", "1 :15", "1.x"])
def test_a_number_that_goes_on_is_no_number_of_a_question(case, ana, sam, worker, text):
    case.questions.ask("Which version do you see?", by=sam)

    reading = replies(case, ana, text, worker)

    assert "without a number" in reading.doubt
    assert reading.rows() == [("Which version do you see?", text)]
    assert case.questions.waiting().exists()


@pytest.mark.parametrize("text", ["1 - 2 hours", "1 – 2", "1-day outage"])
def test_what_may_be_a_range_is_doubted(case, ana, sam, worker, text):
    case.questions.ask("For how long?", by=sam)

    assert "a range" in replies(case, ana, text, worker).doubt


@pytest.mark.parametrize(
    "text",
    ["1 : 15 pm", "1: 15 p.m.", "1: 45 yesterday", "01 : 15", "1.beta build", "1.Firefox 4", "1 .NET 8", "1:beta"],
)
def test_what_may_be_a_time_or_a_version_is_doubted(case, ana, sam, worker, text):
    case.questions.ask("Which version, and since when?", by=sam)

    reading = replies(case, ana, text, worker)

    assert "a time or a version" in reading.doubt
    assert case.questions.waiting().exists()


@pytest.mark.parametrize(
    "text",
    ["1. 4.1", "1: 4.1", "(1) 4.1", "1.) Firefox 4", "1 - Firefox 131", "1: 15:30", "1) 15 pm", "1: 15.5", "1: 2024"],
)
def test_what_begins_with_the_number_of_a_question_answers_it(case, ana, sam, worker, text):
    case.questions.ask("Which version do you see?", by=sam)

    assert replies(case, ana, text, worker).doubt == ""


def test_a_reply_to_a_closed_case_answers_what_waits(case, ana, sam, asked, worker):
    case.closures.close(by=sam, reason="no_answer")

    reading = replies(case, ana, "1. Firefox 131\n2. Monday", worker)

    assert (reading.doubt, reading.is_waiting) == ("", False)
    assert not case.questions.waiting().exists()
    case.refresh_from_db()
    assert (case.is_open, case.ball) == (True, "support")


def test_a_reply_to_a_closed_case_confirms_what_was_read_back(case, ana, sam, shared, worker):
    case.closures.close(by=sam, reason="no_answer")

    replies(case, ana, "1 right\n2 right", worker)

    shared.refresh_from_db()
    assert (shared.answered_by, shared.through) == (ana, Through.REPLY)


def test_a_reply_that_answers_nothing_is_just_a_message(case, ana, asked, worker):
    assert replies(case, ana, "We wait.", worker) is None
    assert case.questions.waiting().count() == 2


def test_numbers_run_on_so_that_a_late_reply_names_one_question(case, sam, ana, asked, worker):
    case.questions.ask_together([Asking("Which network?")], by=sam)

    assert "3. Which network?" in case.updates.last().message.body
    replies(case, ana, "3. The office", worker)
    assert [question.number for question in case.questions.waiting()] == [1, 2]


def test_sam_accepts_what_was_read(case, ana, sam, asked, worker, at_the_desk):
    reading = replies(case, ana, "1. Firefox 131\nor so", worker)
    panel = at_the_desk(sam).get(f"/desk/cases/{case.number}/readings/", headers={"hx-request": "true"}).text
    assert "It says more than answers." in panel
    assert "Which browser is it?" in panel

    at_the_desk(sam).post(f"/desk/cases/{case.number}/readings/{reading.pk}/", {"verb": "take"})

    reading.refresh_from_db()
    assert reading.taken_by == sam
    assert case.questions.get(key="browser").answered_by == ana
    with pytest.raises(SettledAlready):
        reading.take(by=sam)


def test_sam_puts_it_aside(case, ana, sam, asked, worker, at_the_desk):
    reading = replies(case, ana, "1. Firefox 131\nor so", worker)

    at_the_desk(sam).post(f"/desk/cases/{case.number}/readings/{reading.pk}/", {"verb": "dismiss"})

    reading.refresh_from_db()
    assert (reading.dismissed_by, case.questions.waiting().count()) == (sam, 2)


def test_what_was_answered_meanwhile_is_not_taken(case, ana, sam, asked, worker):
    reading = replies(case, ana, "1. Firefox 131\nor so", worker)
    asked[0].answer("Safari", by=ana)

    with pytest.raises(NoLongerWaiting):
        reading.take(by=sam)


def test_of_a_reply_that_does_both_the_half_that_still_waits_is_taken(case, ana, sam, asked, shared, worker):
    """Ana confirmed the read-back on the page after she wrote."""
    reading = replies(case, ana, "1. Firefox 131\n3 right\n4 right\nor so", worker)
    shared.answer({line.pk: (WRONG, "") for line in shared.lines.all()}, by=ana)

    reading.take(by=sam)

    assert case.questions.get(key="browser").answer_text == "Firefox 131"
    shared.refresh_from_db()
    assert (shared.through, shared.written_by) == (Through.PAGE, None)


def test_a_reply_to_a_read_back_that_is_outdated_is_not_taken(case, ana, sam, shared, worker):
    reading = replies(case, ana, "1 right\n2 right\nor so", worker)
    case.readbacks.share(by=sam)

    with pytest.raises(NoLongerWaiting):
        reading.take(by=sam)


def test_a_question_is_moot_when_its_fact_is_told_another_way(case, sam, ana, asked, worker):
    case.facts.note("browser", "Safari 18", by=ana)

    question = case.questions.get(key="browser")
    assert (question.is_waiting, question.withdrawn_why) == (False, "They told it meanwhile.")


@pytest.mark.parametrize(
    "text",
    [
        "1 right 2 wrong: 4.2",
        "1. Right\n2. wrong, 4.2",
        "Hi Sam,\n1) right\n2) WRONG: “4.2”\n\nThanks, Ana",
    ],
)
def test_a_read_back_is_answered_by_reply(case, ana, shared, worker, text):
    reading = replies(case, ana, text, worker)

    assert reading.doubt == ""
    shared.refresh_from_db()
    assert (shared.answered_by, shared.through, shared.written_by) == (ana, Through.REPLY, None)
    assert [(line.verdict, line.correction) for line in shared.lines.all()] == [(RIGHT, ""), (WRONG, "4.2")]
    assert case.facts.standing().get(key="version", source="told").value == "4.2"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("2 wrong: 4.2", "Not every line"),
        ("1 right\n2 wrong: 4.2\nbut ask Bob", "more than answers"),
        ("1 right, I think\n2 right", "more than answers"),
        ("1 right\n2 right\nThanks, but line 2 is only half right", "more than answers"),
        ("1 right\n2 right\nBest ignore answer 1, I guessed", "more than answers"),
        ("Hi, it is worse since Monday\n1 right\n2 right", "more than answers"),
        ("1 right\n2 right\nThanks. No", "more than answers"),
        ("1 right\n2 right\nThanks, But Not Quite", "more than answers"),
        ("1 right\n2 right\nCheers, Ana and Bob from the Berlin office of Northwind", "more than answers"),
        ("1 right\n2 right\nThanks, Export Fails Daily!", "more than answers"),
        ("1 right\n2 right\nThanks for the Export", "more than answers"),
        ("1 right\n2 right\nHi Sam, Export Fails", "more than answers"),
        ("1 right\n2 right\nThanks Export Fails Daily", "more than answers"),
        ("1 right\n2 right\n9 wrong", "number 9"),
        ("1 right\n2 wrong\n1 wrong", "answered twice"),
    ],
)
def test_a_read_back_that_is_not_plain_waits_for_a_person(case, ana, sam, shared, worker, text, doubt):
    reading = replies(case, ana, text, worker)

    assert doubt in reading.doubt
    shared.refresh_from_db()
    assert shared.is_waiting
    reading.take(by=sam)
    shared.refresh_from_db()
    assert (shared.answered_by, shared.written_by) == (ana, sam)


@pytest.mark.parametrize(
    "words",
    [
        "Hi Sam,",
        "Hello everyone!",
        "Good morning Sam Okafor,",
        "Dear Ms. Okafor, thank you for your help",
        "Thanks Sam, have a great day, Ana Lima",
        "Dear support team,",
        "Hi again",
        "Hey there!",
        "Thanks!",
        "thanks, ana",
        "Thank you so much for your help!",
        "Many thanks in advance",
        "Thanks again, Ana",
        "Best, Ana",
        "Kind regards from all, Ana Lima",
        "Best wishes and have a nice day",
        "Yours sincerely,",
        "– Ana Lima",
    ],
)
def test_greetings_and_names_around_answers_say_nothing(words):
    assert reply.answers(f"{words}\n1. Firefox 131", name="Ana Lima").doubt == ""


def test_the_words_of_their_language_are_understood():
    said = reply.verdicts("1 right 2 not  sure", name="Ana", language="en").said

    assert said == {1: (RIGHT, ""), 2: (UNSURE, "")}


def test_somebody_who_left_answers_nothing(case, ana, asked, worker):
    case.participants.update(left_at="2026-01-01T00:00Z")

    assert replies(case, ana, "1. Firefox", worker) is None


def test_the_letter_says_how_to_answer_by_reply(case, shared, asked):
    letters = [update.message.body for update in case.updates.all()]

    assert any("2. Product version: 4.3" in letter and "“1 right”" in letter for letter in letters)
    assert any("with its number" in letter for letter in letters)


def script(case, at_the_desk, person):
    return at_the_desk(person).get(f"/desk/cases/{case.number}/readback/phone/").text


def told_on_the_phone(ana, **lines):
    said = {"told_by": ana.pk}
    for key, (value, verdict, correction) in lines.items():
        said |= {f"read-{key}": value, f"line-{key}": verdict, f"line-{key}-correction": correction}
    return said


@pytest.fixture
def on_the_phone(case, worker):
    worker()
    case.facts.standing().filter(source="measured").exclude(key="version").delete()
    return case


def test_sam_reads_it_out_and_writes_down_what_ana_says(on_the_phone, ana, sam, at_the_desk):
    case = on_the_phone
    assert "What they say" not in script(case, at_the_desk, sam)
    told = told_on_the_phone(ana, problem=(case.title, "right", ""), version=("4.3", "wrong", "4.1"))

    answer = at_the_desk(sam).post(f"/desk/cases/{case.number}/readback/phone/", told)

    assert answer.status_code == 302
    readback = case.readbacks.get()
    assert (readback.answered_by, readback.through, readback.written_by) == (ana, Through.PHONE, sam)
    assert case.facts.standing().get(key="version", source="told").value == "4.1"
    assert not case.updates.exists()
    panel = at_the_desk(sam).get(f"/desk/cases/{case.number}/readback/", headers={"hx-request": "true"}).text
    assert "written down by Sam" in panel


def test_a_line_left_out_is_shown_again(on_the_phone, ana, sam, at_the_desk):
    told = told_on_the_phone(ana, problem=(on_the_phone.title, "right", ""), version=("4.3", "", ""))

    answer = at_the_desk(sam).post(f"/desk/cases/{on_the_phone.number}/readback/phone/", told)

    assert answer.status_code == 422
    assert not on_the_phone.readbacks.exists()


def test_what_is_waiting_for_ana_is_what_is_read_out(case, ana, sam, shared):
    case.readbacks.read_out({line.key: (line.value, RIGHT, "") for line in shared.lines.all()}, told_by=ana, by=sam)

    shared.refresh_from_db()
    assert (shared.version, shared.through) == (1, Through.PHONE)


def test_a_fact_that_changed_during_the_call_is_read_out_anew(on_the_phone, ana, sam):
    said = {line.key: (line.value, RIGHT, "") for line in on_the_phone.readbacks.lines_to_read_out()}
    on_the_phone.facts.note("version", "4.1", by=ana)

    with pytest.raises(Outdated):
        on_the_phone.readbacks.read_out(said, told_by=ana, by=sam)


def test_only_who_takes_part_can_have_said_it(on_the_phone, mallory, sam, erin, ana):
    said = {line.key: (line.value, RIGHT, "") for line in on_the_phone.readbacks.lines_to_read_out()}

    with pytest.raises(NotOnTheCase):
        on_the_phone.readbacks.read_out(said, told_by=mallory, by=sam)
    with pytest.raises(NotAllowed):
        on_the_phone.readbacks.read_out(said, told_by=ana, by=erin)


def test_a_program_reads_the_script_and_writes_it_down(on_the_phone, ana, sam, by_api):
    address = f"/api/v1/cases/{on_the_phone.number}/readbacks/phone"
    lines = [
        {"key": line["key"], "value": line["value"], "verdict": "right"} for line in by_api(sam).get(address).json()
    ]

    made = by_api(sam).post(address, {"told_by": ana.email, "lines": lines}, "application/json")

    assert made.status_code == 201
    assert (made.json()["through"], made.json()["written_by"], made.json()["answered_by"]) == (
        "phone",
        sam.name,
        ana.name,
    )


def test_a_program_accepts_and_puts_aside(case, ana, sam, asked, worker, by_api):
    first = replies(case, ana, "1. Firefox 131\nor so", worker)
    address = f"/api/v1/cases/{case.number}/readings"
    assert by_api(sam).get(address).json()[0]["rows"] == [["Which browser is it?", "Firefox 131"]]

    assert by_api(sam).delete(f"{address}/{first.pk}").status_code == 204
    second = replies(case, ana, "2. Monday\nor so", worker)
    assert by_api(sam).post(f"{address}/{second.pk}/acceptance").status_code == 204
    assert case.questions.waiting().count() == 1
