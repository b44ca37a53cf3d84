"""Sam thinks better of it: what was said waits a moment, or until a morning, before it leaves."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases import acts, ledger
from tandem.cases.audience import Audience
from tandem.cases.models import Ball, Case
from tandem.cases.sentences import sentence
from tandem.communicate.models import LeftAlready, NotToCome, PlannedUpdate, Promise, PromiseInThePast, Template
from tandem.kit import clock

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _ten_seconds(settings):
    settings.UNDO_SECONDS = 10


def _says(case, sam, at_the_desk, **told):
    words = {"audience": "customer", "body": "We found the limt.", "when": "4h", **told}
    return at_the_desk(sam).post(f"/desk/cases/{case.number}/messages/", words, headers=HTMX)


def _undone(case, sam, at_the_desk, **told):
    address = f"/desk/cases/{case.number}/planned/{case.planned_updates.get().pk}/undo/"
    return at_the_desk(sam).post(address, told, headers={**HTMX, "HX-Target": "panel-conversation"})


def test_it_waits_a_moment_and_nobody_at_the_customer_knows(case, sam, ana, at_the_desk, worker, outbox):
    page = _says(case, sam, at_the_desk)
    worker()

    assert "We found the limt." in page.text
    assert 'data-key="z"' in page.text
    assert "Undo" in page.text
    assert outbox() == []
    assert "limt" not in at_the_desk(ana).get(f"/portal/cases/{case.number}/").text
    assert not PlannedUpdate.objects.visible_to(ana).exists()
    assert not case.events.visible_to(ana).filter(verb="update.planned").exists()


def test_then_it_leaves_and_makes_its_promise(case, sam, ana, at_the_desk, worker, outbox):
    _says(case, sam, at_the_desk)
    assert not Promise.objects.exists()
    with clock.at(clock.now() + timedelta(seconds=11)):
        worker()

    assert [mail["To"] for mail in outbox()] == ["Ana Lima <ana@northwind.example>"]
    assert case.promises.standing().get().said_in == case.updates.get()


def test_undo_brings_the_words_back_and_nothing_leaves(case, sam, at_the_desk, worker, outbox):
    _says(case, sam, at_the_desk)
    page = _undone(case, sam, at_the_desk, body="And one more thing.")
    with clock.at(clock.now() + timedelta(minutes=1)):
        worker()

    assert "And one more thing.\n\nWe found the limt.</textarea>" in page.text
    assert (outbox(), case.updates.count()) == ([], 0)


def test_the_key_takes_back_only_what_one_has_just_sent(case, sam, max, at_the_desk):
    def page(person):
        return at_the_desk(person).get(f"/desk/cases/{case.number}/messages/", headers=HTMX).text

    case.planned_updates.plan("On Monday.", by=sam, leaves_at=clock.now() + timedelta(days=2))
    assert "Undo" in page(sam)
    assert 'data-key="z"' not in page(sam)

    case.planned_updates.plan("At once.", by=sam, leaves_at=clock.now() + timedelta(seconds=10))
    assert page(sam).count('data-key="z"') == 1
    assert 'data-key="z"' not in page(max)


def test_whoever_went_on_takes_back_what_they_sent_there(case, sam, at_the_desk):
    words = {"audience": "customer", "body": "We found the limt.", "when": "", "onward": "promise~0~is:open"}
    page = at_the_desk(sam).post(f"/desk/cases/{case.number}/messages/", words, follow=True).text
    undo = f"/desk/cases/{case.number}/planned/{case.planned_updates.get().pk}/undo/"
    assert "Sent to Ana." in page
    assert f'<form method="post" action="{undo}"' in page

    answer = at_the_desk(sam).post(undo, headers=HTMX)

    assert answer.headers["HX-Redirect"] == f"/desk/cases/{case.number}/?open=conversation#panel-conversation"
    assert "We found the limt.</textarea>" in at_the_desk(sam).get(f"/desk/cases/{case.number}/").text


def test_what_goes_again_brings_its_files_along(case, sam, at_the_desk, worker):
    from django.core.files.uploadedfile import SimpleUploadedFile

    _says(case, sam, at_the_desk, files=SimpleUploadedFile("rows.txt", b"row 10000"))
    planned = case.planned_updates.get()
    assert "rows.txt" in _undone(case, sam, at_the_desk).text

    kept = planned.stored[0].stored_as
    _says(case, sam, at_the_desk, body="The limit.", base="We found the limt.", kept=kept)
    with clock.at(clock.now() + timedelta(minutes=1)):
        worker()

    assert case.updates.get().message.attachments.get().name == "rows.txt"


def test_nobody_sends_files_that_are_not_of_this_case(case, mallorys_case, sam, at_the_desk):
    from tandem.kit import files

    theirs = mallorys_case.planned_updates.plan(
        "See this.", by=sam, leaves_at=clock.now() + timedelta(days=1), files=[files.store([b"x"], name="x.txt")]
    )
    theirs.withdraw(by=sam)

    page = _says(case, sam, at_the_desk, kept=theirs.stored[0].stored_as)

    assert page.status_code == 422


def test_undone_is_undone_once_and_too_late_is_said(case, sam, at_the_desk, worker):
    _says(case, sam, at_the_desk)
    with clock.at(clock.now() + timedelta(minutes=1)):
        worker()

    with pytest.raises(LeftAlready, match="This has left already"):
        case.planned_updates.get().withdraw(by=sam)
    assert "This has left already" in _undone(case, sam, at_the_desk).text


def test_zero_seconds_are_none(case, sam, at_the_desk, settings):
    settings.UNDO_SECONDS = 0

    _says(case, sam, at_the_desk)

    assert case.updates.count() == 1


def test_tomorrow_at_nine_is_nine_where_ana_is(case, sam, ana, at_the_desk, worker):
    ana.time_zone = "Asia/Tokyo"
    ana.save()
    with clock.at(datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("UTC"))):
        _says(case, sam, at_the_desk, leaves="tomorrow")

    planned = case.planned_updates.get()
    assert planned.leaves_at == datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert planned.promise_at == planned.leaves_at + timedelta(hours=4)


@pytest.mark.parametrize("at", ["", "2020-01-01T09:00"])
def test_a_time_that_has_passed_is_refused_where_it_was_typed(case, sam, at_the_desk, at):
    page = _says(case, sam, at_the_desk, leaves="then", leaves_at=at)

    assert page.status_code == 422
    assert "Say a time still to come." in page.text


def test_what_came_meanwhile_is_said(case, sam, ana, at_the_desk):
    _says(case, sam, at_the_desk, leaves="tomorrow")
    case.messages.write("It works again!", by=ana, audience=Audience.CUSTOMER)

    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/messages/", headers=HTMX)

    assert "Something was said since this was written." in page.text


def test_it_leaves_now_when_sam_says_so(case, sam, at_the_desk):
    _says(case, sam, at_the_desk, leaves="tomorrow")
    planned = case.planned_updates.get()

    at_the_desk(sam).post(f"/desk/cases/{case.number}/planned/{planned.pk}/leave/", headers=HTMX)

    assert case.updates.get().planned == planned


def test_it_is_held_when_the_case_was_closed_meanwhile(case, sam, at_the_desk, worker):
    _says(case, sam, at_the_desk, leaves="tomorrow", when="")
    case.closures.close(by=sam, reason="no_answer")
    with clock.at(clock.now() + timedelta(days=2)):
        worker()
        page = at_the_desk(sam).get(f"/desk/cases/{case.number}/messages/", headers=HTMX)

    assert "It did not leave. The case was closed meanwhile." in page.text
    assert not case.updates.filter(kind="update").exists()


def test_it_is_held_when_sam_works_here_no_more(case, sam, worker):
    planned = case.planned_updates.plan("Soon.", by=sam, leaves_at=clock.now() + timedelta(hours=1))
    sam.retire()
    with clock.at(clock.now() + timedelta(hours=2)):
        worker()

    planned.refresh_from_db()
    assert planned.held_why == "Sam Okafor may not speak to customers any more."


def test_the_past_is_no_time_to_leave_nor_to_promise(case, sam):
    with pytest.raises(NotToCome):
        case.planned_updates.plan("Soon.", by=sam, leaves_at=clock.now())
    with pytest.raises(PromiseInThePast):
        tomorrow = clock.now() + timedelta(days=1)
        case.planned_updates.plan("Soon.", by=sam, leaves_at=tomorrow, promise_at=tomorrow - timedelta(hours=1))


def test_the_ball_goes_when_it_leaves(case, sam, worker):
    case.planned_updates.plan("Which version?", by=sam, leaves_at=clock.now() + timedelta(hours=1), ball=Ball.CUSTOMER)
    case.refresh_from_db()
    assert case.ball == Ball.SUPPORT
    with clock.at(clock.now() + timedelta(hours=2)):
        worker()

    case.refresh_from_db()
    assert case.ball == Ball.CUSTOMER


def test_by_api_it_waits_and_is_taken_back(case, sam, ana, by_api):
    program, address = by_api(sam), f"/api/v1/cases/{case.number}"
    told = {"body": "We found it.", "send_at": (clock.now() + timedelta(hours=1)).isoformat(), "to": [ana.email]}

    answer = program.post(f"{address}/updates", told, content_type="application/json")

    assert answer.status_code == 202
    [planned] = program.get(f"{address}/planned-updates").json()["items"]
    assert planned["id"] == answer.json()["id"]
    assert program.delete(f"{address}/planned-updates/{planned['id']}").status_code == 204
    assert program.get(f"{address}/planned-updates").json()["items"] == []
    assert by_api(ana).delete(f"{address}/planned-updates/{planned['id']}").status_code in (403, 404)


def test_it_is_held_when_the_case_is_full(case, sam, ana, at_the_desk, worker, settings):
    from tandem.kit import files

    settings.CASE_LIMIT = 10
    tomorrow = clock.now() + timedelta(days=1)
    planned = case.planned_updates.plan(
        "See this.",
        by=sam,
        leaves_at=tomorrow,
        promise_at=tomorrow + timedelta(hours=4),
        files=[files.store([b"row 1"], name="x.txt")],
    )
    case.messages.write(
        "And this.", by=ana, audience=Audience.CUSTOMER, files=[files.store([b"row 10000"], name="y.txt")]
    )
    with clock.at(tomorrow + timedelta(minutes=1)):
        worker()

    planned.refresh_from_db()
    assert planned.held_why.startswith("This case has as many bytes of files")
    assert (case.updates.count(), case.promises.count()) == (0, 0)


def test_what_has_no_room_is_not_planned(case, sam, settings):
    from tandem.cases.models.message import CaseIsFull
    from tandem.kit import files

    settings.CASE_LIMIT = 10
    big = files.store([b"row 1 to row 10000"], name="x.txt")
    with pytest.raises(CaseIsFull):
        case.planned_updates.plan("See this.", by=sam, leaves_at=clock.now() + timedelta(days=1), files=[big])


def test_one_whose_worker_died_is_asked_for_again(case, sam, worker, outbox):
    case.planned_updates.plan("Soon.", by=sam, leaves_at=clock.now() + timedelta(hours=1))
    _the_job_is_lost()
    with clock.at(clock.now() + timedelta(hours=2)):
        PlannedUpdate.objects.watch()
        worker()

    assert len(outbox()) == 1


def test_one_that_cannot_leave_for_a_day_is_held_for_a_person(case, sam):
    planned = case.planned_updates.plan("Soon.", by=sam, leaves_at=clock.now() + timedelta(hours=1))
    with clock.at(clock.now() + timedelta(hours=26)):
        PlannedUpdate.objects.watch()

    planned.refresh_from_db()
    assert planned.held_why.startswith("It could not leave for a day.")


@pytest.fixture
def prepared(case, erin, max):
    """A reply that an act put together."""
    Template.objects.write(name="We are on it", body="Hello {{ contact.first_name }}, we are on it.", by=max)
    acts.get("draft_reply").done(case, by=erin, told={"template": "We are on it"})
    return case.planned_updates.get()


def test_what_is_prepared_is_no_failure(case, prepared, sam, at_the_desk):
    page = at_the_desk(sam).get(f"/desk/cases/{case.number}/messages/", headers=HTMX).text

    assert "Prepared: read it and send it." in page
    assert "did not leave" not in page
    assert "note broken" not in page
    assert not case.events.filter(verb__in=["update.held", "update.planned"]).exists()


def test_that_something_is_prepared_is_said_in_a_sentence(case, prepared):
    assert sentence(case.events.get(verb="update.prepared")) == "A reply is prepared: read it and send it"


def test_what_is_prepared_waits_for_a_person_however_long(case, prepared, sam, at_the_desk, worker, outbox):
    with clock.at(clock.now() + timedelta(days=3)):
        PlannedUpdate.objects.watch()
        PlannedUpdate.objects.leave(prepared.pk)
        worker()
        assert outbox() == []

        at_the_desk(sam).post(f"/desk/cases/{case.number}/planned/{prepared.pk}/leave/", headers=HTMX)
        worker()

    assert case.updates.get().message.body == "Hello Ana, we are on it."


def test_what_is_prepared_is_taken_into_the_composer_to_be_sent_at_once(case, prepared, sam, at_the_desk):
    page = _undone(case, sam, at_the_desk).text

    assert "Hello Ana, we are on it.</textarea>" in page
    assert '<option value="then" selected>' not in page
    assert '<option value="4h" selected>' in page
    assert not case.planned_updates.waiting().exists()


def test_programs_see_what_is_prepared_and_let_it_leave(case, prepared, sam, erin, by_api):
    address = f"/api/v1/cases/{case.number}/planned-updates"
    [waits] = by_api(sam).get(address).json()["items"]
    assert waits["prepared_at"]

    assert by_api(erin).post(f"{address}/{waits['id']}/leaving").status_code == 403
    assert by_api(sam).post(f"{address}/{waits['id']}/leaving").status_code == 204
    assert case.updates.get().planned == prepared
    assert by_api(sam).post(f"{address}/{waits['id']}/leaving").status_code == 409


def test_programs_let_leave_what_waits_on_a_case_that_was_joined_to_this_one(case, prepared, ana, sam, by_api):
    other = Case.objects.open_for(ana, title="The same export")
    case.merges.join_to(other, by=sam)
    address = f"/api/v1/cases/{other.number}/planned-updates"

    [waits] = by_api(sam).get(address).json()["items"]

    assert by_api(sam).post(f"{address}/{waits['id']}/leaving").status_code == 204


def test_what_an_older_version_prepared_still_says_what_it_came_of(case, erin, sam):
    with ledger.because(run=7):
        old = case.planned_updates.plan("Hello Ana.", by=erin, leaves_at=clock.now() + timedelta(days=1))
    PlannedUpdate.objects.filter(pk=old.pk).update(prepared_at=old.planned_at)

    case.planned_updates.get().leave_now(by=sam)

    assert case.events.get(verb="update.sent").facts["run"] == 7


def _the_job_is_lost() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.mark.parametrize(
    "act",
    [
        lambda planned, sam: planned.leave_now(by=sam),
        lambda planned, sam: planned.withdraw(by=sam),
        lambda planned, _sam: PlannedUpdate.objects.leave(planned.pk),
        lambda _planned, _sam: PlannedUpdate.objects.watch(),
    ],
)
def test_the_case_is_held_before_what_waits_on_it(case, sam, act):
    planned = case.planned_updates.plan("Soon.", by=sam, leaves_at=clock.now() + timedelta(seconds=10))
    with clock.at(clock.now() + timedelta(days=2)), CaptureQueriesContext(connection) as asked:
        act(planned, sam)

    held = [sql for look in asked if re.search(r" FOR (NO KEY )?UPDATE", sql := look["sql"] or "")]
    assert 'FROM "cases_case"' in held[0]
    assert any('FROM "communicate_plannedupdate"' in sql for sql in held[1:])
