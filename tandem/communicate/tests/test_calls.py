"""What was said by phone or chat stands in the conversation, with who, when and how long."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Channel
from tandem.communicate.models import Direction
from tandem.communicate.models.call import NobodyOnTheLine, NotYet
from tandem.kit import clock

HTMX = {"HX-Request": "true"}


def _log(case, browser, **told):
    words = {"direction": "in", "channel": "phone", "words": "She sees it in June, too.", "audience": "customer"}
    return browser.post(f"/desk/cases/{case.number}/calls/", {**words, **told}, headers=HTMX)


def test_sam_logs_what_ana_said_and_both_read_it(case, sam, ana, at_the_desk):
    who = case.participants.get(user=ana).pk
    link = "https://calls.tandem.example/7"
    page = _log(case, at_the_desk(sam), who=who, minutes=12, began_at="2026-01-05T14:00", link=link)

    assert page.status_code == 200
    ours = at_the_desk(sam).get(f"/desk/cases/{case.number}/messages/", headers=HTMX).text
    assert "She sees it in June, too." in ours
    assert "phone, Ana Lima called us" in ours
    assert "12 min" in ours
    assert "https://calls.tandem.example/7" in ours
    theirs = at_the_desk(ana).get(f"/portal/cases/{case.number}/messages/").text
    assert "She sees it in June, too." in theirs
    assert "calls.tandem.example" not in theirs


def test_when_it_was_is_said_once_where_it_is_written_down_at_once(case, sam, ana, at_the_desk):
    case.logged_calls.log("She called.", by=sam, direction=Direction.IN, who=ana.contact, began_at=clock.now())
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/messages/", headers=HTMX).text

    assert "phone, Ana Lima called us</span>" in page


def test_nobody_is_mailed_about_it(case, sam, ana, worker, outbox):
    case.logged_calls.log("We spoke.", by=sam, direction=Direction.OUT, who=ana.contact)
    worker()

    assert outbox() == []


def test_whoever_called_us_moved_last(case, sam, ana):
    case.pass_ball(Ball.CUSTOMER, by=sam)
    case.logged_calls.log("We called her.", by=sam, direction=Direction.OUT, who=ana.contact)
    case.refresh_from_db()
    assert case.ball == Ball.CUSTOMER

    case.logged_calls.log("She called.", by=sam, direction=Direction.IN, who=ana.contact)
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT


def test_a_word_to_the_customer_keeps_the_promise_and_makes_the_next(case, sam, ana):
    promise = case.promises.make(clock.now() + timedelta(hours=1), by=sam)

    case.logged_calls.log(
        "Told her.", by=sam, direction=Direction.OUT, who=ana.contact, promise_at=clock.now() + timedelta(days=1)
    )

    promise.refresh_from_db()
    assert promise.kept_at
    assert case.promises.standing().get().due_at > promise.due_at


def test_what_stays_among_us_keeps_no_promise(case, sam, ana, erin):
    promise = case.promises.make(clock.now() + timedelta(hours=1), by=sam)

    call = case.logged_calls.log("Ok.", by=erin, direction=Direction.IN, name="Jo", audience=Audience.SUPPORT)

    promise.refresh_from_db()
    assert promise.kept_at is None
    assert call.message not in case.messages.visible_to(ana)
    assert type(call).objects.visible_to(ana).count() == 0


def test_somebody_new_takes_part_if_we_know_an_address(case, sam, at_the_desk):
    _log(case, at_the_desk(sam), name="Bo Berg", email="bo@northwind.example", channel="chat")

    call = case.logged_calls.get()
    assert (call.who.user.name, call.message.channel) == ("Bo Berg", Channel.CHAT)
    assert case.participants.standing().filter(user=call.who.user).exists()


def test_a_name_is_enough_but_nobody_is_not(case, sam, at_the_desk):
    assert _log(case, at_the_desk(sam), name="Somebody at reception").status_code == 200
    assert case.logged_calls.get().who is None
    with pytest.raises(NobodyOnTheLine):
        case.logged_calls.log("?", by=sam, direction=Direction.IN, name=" ")
    with pytest.raises(NotYet):
        case.logged_calls.log("?", by=sam, direction=Direction.IN, name="Jo", began_at=clock.now() + timedelta(hours=1))


def test_a_colleague_is_no_customer_on_the_line(case, sam, erin, at_the_desk):
    page = _log(case, at_the_desk(sam), email=erin.email)

    assert "This is a colleague" in page.text
    assert not case.logged_calls.exists()


def test_erin_logs_among_us_only(case, erin, at_the_desk):
    assert _log(case, at_the_desk(erin), name="Jo").status_code == 422
    assert _log(case, at_the_desk(erin), name="Jo", audience="support").status_code == 200


def test_a_call_on_a_closed_case_opens_it_again(case, sam, ana, worker):
    case.closures.close(by=sam, reason="no_answer")

    case.logged_calls.log("It is not over.", by=sam, direction=Direction.IN, who=ana.contact)
    worker()

    case.refresh_from_db()
    assert case.is_open


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.example/1"])
def test_a_recording_is_a_page_and_nothing_else(case, sam, at_the_desk, link):
    assert _log(case, at_the_desk(sam), name="Jo", link=link).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        case.logged_calls.log("?", by=sam, direction=Direction.IN, name="Jo", link=link)


def test_a_telephone_system_logs_by_api(case, sam, ana, by_api, mallory):
    told = {"words": "12 minutes.", "direction": "in", "contact": ana.email, "minutes": 12}
    address = f"/api/v1/cases/{case.number}/calls"

    answer = by_api(sam).post(address, told, content_type="application/json")

    assert answer.status_code == 201
    assert by_api(sam).get(address).json()["items"][0]["name"] == "Ana Lima"
    assert by_api(mallory).post(address, told, content_type="application/json").status_code == 404
    bad = told | {"link": "javascript:alert(1)"}
    assert by_api(sam).post(address, bad, content_type="application/json").status_code == 422
