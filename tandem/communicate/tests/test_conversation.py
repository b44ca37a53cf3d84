import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tandem.cases.audience import Audience
from tandem.cases.models import Ball
from tandem.communicate import conversation

HTMX = {"HX-Request": "true"}


def _address(case) -> str:
    return f"/desk/cases/{case.number}/messages/"


def test_sam_speaks_to_the_customer_and_promises_the_next_word(case, sam, at_the_desk):
    at_the_desk(sam).post(_address(case), {"audience": "customer", "body": "We found the limit.", "when": "4h"})

    update = case.updates.get()
    assert (update.sent_by, update.message.audience) == (sam, Audience.CUSTOMER)
    assert update.promise in case.promises.standing()


def test_the_ball_goes_to_the_customer_when_an_answer_is_waited_for(case, sam, ana, at_the_desk):
    at_the_desk(sam).post(_address(case), {"audience": "customer", "body": "Which version?", "when": "", "waits": "on"})

    case.refresh_from_db()
    assert (case.ball, case.ball_holder) == (Ball.CUSTOMER, ana)


def test_a_note_among_us_is_sent_to_nobody(case, erin, ana, at_the_desk):
    page = at_the_desk(erin).post(
        _address(case), {"audience": "support", "body": "Looks like the batch size."}, headers=HTMX
    )

    assert "Looks like the batch size." in page.text
    assert not case.updates.exists()
    assert not case.messages.visible_to(ana).filter(audience=Audience.SUPPORT).exists()


def test_erin_cannot_speak_to_the_customer(case, erin, at_the_desk):
    page = at_the_desk(erin).post(_address(case), {"audience": "customer", "body": "Hello Ana.", "when": "4h"})

    assert page.status_code == 403
    assert not case.updates.exists()


def test_sam_cannot_write_what_he_could_not_read(case, sam, at_the_desk):
    page = at_the_desk(sam).post(_address(case), {"audience": "restricted", "body": "Secret."}, headers=HTMX)

    assert page.status_code == 422
    assert case.messages.count() == 1


def test_what_was_typed_is_still_there_when_something_is_missing(case, sam, at_the_desk):
    told = {"audience": "customer", "body": "We found the limit.", "when": "at", "at": ""}

    page = at_the_desk(sam).post(_address(case), told)

    assert page.status_code == 422
    assert "Say when." in page.text
    assert "We found the limit." in page.text


@pytest.mark.parametrize("address", ["/desk/cases/{}/messages/", "/desk/cases/{}/promise/"])
def test_customers_have_no_desk(case, ana, at_the_desk, address):
    assert at_the_desk(ana).get(address.format(case.number)).status_code == 404


def test_a_failed_delivery_is_said_where_it_was_written(case, sam, at_the_desk):
    case.updates.send("We found the limit.", by=sam).deliveries.get().fail("Their server said 550: no such user.")

    page = at_the_desk(sam).get(_address(case), headers=HTMX)

    assert "Their server said 550: no such user." in page.text


def test_markup_in_a_message_is_shown_and_not_obeyed(case, ana, sam, at_the_desk):
    case.messages.write("<script>alert(1)</script>", by=ana, audience=Audience.CUSTOMER)

    page = at_the_desk(sam).get(_address(case), headers=HTMX)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_it_makes_two_queries_however_long_it_is(case, sam, ana, django_assert_num_queries):
    for n in range(conversation.MESSAGES + 5):
        case.updates.send(f"Update {n}", by=sam)

    with django_assert_num_queries(2):
        told = conversation.of(case, sam)
        [conversation.words(moment.message, actor=sam, for_us=True) for moment in told.moments if moment.message]


def test_steps_between_two_messages_stand_in_one_line_led_by_what_somebody_did(case, sam, erin):
    case.record("ball.passed", by=sam, to="support")
    case.record("attempt.noted", by=erin, what="Rebuilt the index")
    case.record("hypothesis.proposed", by=erin, text="a stale plan")
    case.messages.write("See above.", by=sam, audience=Audience.SUPPORT)

    ana_wrote, meanwhile, sam_wrote = conversation.of(case, sam).moments

    assert (ana_wrote.message.author, sam_wrote.message.body) == (case.reporter, "See above.")
    assert len(meanwhile.steps) == 3
    assert meanwhile.lead == "Tried: Rebuilt the index; Could it be: a stale plan"


def test_steps_that_only_follow_are_told_when_there_are_no_others(case, sam):
    case.record("ball.passed", by=sam, to="support")

    assert conversation.of(case, sam).moments[-1].lead == "The ball is with support"


def test_long_ones_are_cut_and_lead_to_what_came_earlier(case, sam, at_the_desk):
    for n in range(conversation.MESSAGES):
        case.messages.write(f"Note number {n}.", by=sam, audience=Audience.SUPPORT)
    browser = at_the_desk(sam)

    page = browser.get(_address(case), headers=HTMX)
    earlier = conversation.of(case, sam).earlier

    assert "We close the month tonight." not in page.text
    assert f"?before={earlier}" in page.text
    assert "We close the month tonight." in browser.get(f"{_address(case)}?before={earlier}").text


def test_ana_answers_on_the_portal(case, ana, worker, at_the_desk):
    case.pass_ball(Ball.CUSTOMER, by=None)
    file = SimpleUploadedFile("trace.txt", b"row 10000")

    at_the_desk(ana).post(f"/portal/cases/{case.number}/messages/", {"body": "It is 4.3.", "files": file})
    worker()

    message = case.messages.visible_to(ana).last()
    assert (message.body, message.channel, message.author) == ("It is 4.3.", "portal", ana)
    assert message.attachments.get().name == "trace.txt"
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


def test_ana_reads_only_what_is_for_her(case, sam, ana, at_the_desk):
    case.updates.send("We found the limit.", by=sam)
    case.messages.write("She is on an old plan.", by=sam, audience=Audience.SUPPORT)

    page = at_the_desk(ana).get(f"/portal/cases/{case.number}/messages/")

    assert "We found the limit." in page.text
    assert "old plan" not in page.text
    assert "<span>desk</span>" not in page.text


def test_mallory_neither_reads_nor_writes(case, mallory, at_the_desk):
    browser = at_the_desk(mallory)

    assert browser.get(f"/portal/cases/{case.number}/messages/").status_code == 404
    assert browser.post(f"/portal/cases/{case.number}/messages/", {"body": "Hi"}).status_code == 404
    assert case.messages.count() == 1


def test_what_was_sent_by_itself_is_folded_to_a_line_with_the_steps_around_it(case, sam, at_the_desk):
    case.updates.confirm_receipt()
    case.updates.send("Ours, by itself.", by=None, kind="acknowledgment")
    case.messages.write("See above.", by=sam, audience=Audience.SUPPORT)

    _ana_wrote, folded, sam_wrote = conversation.of(case, sam).moments

    assert (len(folded.steps), folded.lead) == (2, "2 automatic lines")
    assert sam_wrote.message.body == "See above."
    assert "Ours, by itself." in at_the_desk(sam).get(_address(case), headers=HTMX).text


def test_what_was_sent_by_itself_and_did_not_arrive_is_not_folded_away(case, sam, ana):
    case.updates.confirm_receipt().deliveries.get().fail("No such user.")

    assert [moment.message.author for moment in conversation.of(case, sam).moments if moment.message] == [ana, None]


def test_where_steps_are_left_out_the_way_to_the_history_is_shown(case, sam, at_the_desk):
    for n in range(conversation.EVENTS + 1):
        case.record("attempt.noted", by=sam, what=f"Rebuilt index {n}")

    assert "Earlier steps stand in the history" in at_the_desk(sam).get(_address(case), headers=HTMX).text
