"""Mail to colleagues: promises as soon as they may be disturbed, the rest together; less of it by one click."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.communicate import smtp
from tandem.kit import clock
from tandem.kit.later import drain, jobs_of
from tandem.notify import interrupting, jobs, letters
from tandem.notify.models import Calm, Kind, Notice
from tandem.triage.models import Part

MONDAY = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
A_MOMENT = timedelta(seconds=11)
TUESDAY_MORNING = datetime(2026, 3, 10, 8, 2, tzinfo=UTC)


@pytest.fixture
def owned(case, sam, max, worker):
    worker()
    with clock.at(MONDAY):
        case.assignments.give(Part.CUSTOMER, to=sam, by=max)
        worker()
        sam.notices.read()
        yield case


def text(mail) -> str:
    return mail.get_payload()[0].get_payload(decode=True).decode()


def post(worker, at=TUESDAY_MORNING) -> None:
    with clock.at(at):
        jobs.watch_digests(0)
        worker()


def watch(case, worker, at) -> None:
    with clock.at(at):
        case.promises.watch()
        worker()
    with clock.at(at + A_MOMENT):
        worker()


def test_a_promise_is_mailed_in_a_moment_and_in_no_digest(owned, sam, max, worker, outbox):
    promise = owned.promises.make(MONDAY + timedelta(hours=1), by=sam)
    watch(owned, worker, promise.due_at + timedelta(minutes=1))

    to_max, to_sam = sorted(outbox(), key=lambda mail: mail["To"])
    assert "Broken promise" in to_sam["Subject"]
    assert "You own it." in text(to_sam)
    assert "Managers hear of what broke." in text(to_max)
    assert to_sam["Auto-Submitted"] == "auto-generated"
    post(worker)
    assert len(outbox()) == 2


def test_it_is_not_mailed_once_somebody_spoke_or_it_was_read(owned, sam, worker, outbox):
    promise = owned.promises.make(MONDAY + timedelta(hours=1), by=sam)
    with clock.at(promise.warn_at):
        owned.promises.watch()
        worker()
        owned.updates.send("No news yet; you hear from us at six.", by=sam)
    with clock.at(promise.warn_at + A_MOMENT):
        worker()
    assert not [mail for mail in outbox() if "Soon due" in mail["Subject"]]


AT_NIGHT = MONDAY.replace(hour=2) + timedelta(days=1)
AT_EIGHT = MONDAY.replace(hour=8) + timedelta(days=1)


@pytest.fixture
def broken_at_night(owned, ana, sam, worker):
    """Three promises break while Sam and his manager sleep; the first of them is Sam's."""
    with clock.at(AT_NIGHT - timedelta(minutes=30)):
        cases = [owned, *(Case.objects.open_for(ana, title=f"Import {n}") for n in (1, 2))]
        for case in cases:
            case.promises.make(AT_NIGHT, by=sam)
        worker()
    for minutes, case in enumerate(cases):
        watch(case, worker, AT_NIGHT + timedelta(minutes=minutes))
    return cases


def nudges(outbox, person) -> list:
    return [mail for mail in outbox() if person.email in mail["To"] and "roken promise" in mail["Subject"]]


def test_promises_broken_in_quiet_hours_are_one_mail_when_they_end(broken_at_night, max, worker, outbox):
    assert not nudges(outbox, max)
    with clock.at(AT_EIGHT):
        worker()

    [mail] = nudges(outbox, max)
    assert mail["Subject"] == "3 broken promises"
    for case in broken_at_night:
        assert f"{case.number} {case.title}" in text(mail)
    assert text(mail).count("Managers hear of what broke.") == 3
    assert max.interruptions.get().things == 3


def test_of_what_was_kept_or_read_meanwhile_no_mail_speaks(broken_at_night, max, sam, worker, outbox):
    kept, read, left = broken_at_night
    with clock.at(AT_NIGHT + timedelta(minutes=5)):
        kept.updates.send("Sorry, here is the word.", by=sam)
        max.notices.read(case=read)
    with clock.at(AT_EIGHT):
        worker()

    [mail] = nudges(outbox, max)
    assert mail["Subject"] == f"Broken promise: the customer of {left.number} has not heard from us"


def test_nothing_was_mailed_of_what_was_kept_or_read_before_the_mail_left(broken_at_night, max, at_the_desk):
    kept, read, left = broken_at_night
    with clock.at(AT_EIGHT):
        interrupting.interrupt(max.pk)
        assert max.notices.filter(mailed_at=None, kind=Kind.PROMISE).count() == 0, "in no other mail meanwhile"
        kept.updates.send("Sorry, here is the word.", by=max)
        max.notices.read(case=read)
        drain()

        def says(case) -> str:
            return at_the_desk(max).get(f"/desk/notices/{max.notices.filter(case=case).last().pk}/").text

        assert "The customer heard from us before a mail would have left." in says(kept)
        assert "You read it before a mail would have left." in says(read)
        assert "It was mailed" in says(left)


@pytest.mark.parametrize("trouble", [smtp.NotNow, smtp.Never])
def test_what_did_not_leave_was_not_mailed_and_is_asked_for_again(
    broken_at_night, max, outbox, worker, monkeypatch, trouble
):
    def refuse(*told, **more) -> None:
        raise trouble("No.")

    with clock.at(AT_EIGHT):
        _end("notify.push")
        interrupting.interrupt(max.pk)
        [asked] = jobs_of("notify.nudge")
        with monkeypatch.context() as patch:
            patch.setattr(letters.smtp, "send", refuse)
            with pytest.raises(trouble):
                jobs.nudge(**asked)
        assert not max.notices.filter(mailed_at__isnull=False).exists()
        jobs.watch_digests(0)
        assert not _pushes(max), "its own job tries again"

    _end("notify.nudge")
    with clock.at(AT_EIGHT + timedelta(minutes=5)):
        jobs.watch_digests(0)
        jobs.watch_digests(0)
        assert len(_pushes(max)) == 1
        worker()
        jobs.nudge(**asked)

    [mail] = nudges(outbox, max)
    assert mail["Subject"] == "3 broken promises"


def _end(name: str) -> None:
    """Such jobs were done, or given up on."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [name])


def _pushes(person) -> list:
    return [asked for asked in jobs_of("notify.push") if asked["user_id"] == person.pk]


def test_a_promise_of_ones_own_is_mailed_in_quiet_hours_to_who_allows_it(owned, sam, max, worker, outbox):
    for person in (sam, max):
        Calm.objects.create(user=person, urgent_passes=True)
    with clock.at(AT_NIGHT - timedelta(minutes=1)):
        owned.promises.make(AT_NIGHT, by=sam)
        worker()
    watch(owned, worker, AT_NIGHT)
    assert (len(nudges(outbox, sam)), len(nudges(outbox, max))) == (1, 0)

    with clock.at(AT_EIGHT):
        worker()
    assert (len(nudges(outbox, sam)), len(nudges(outbox, max))) == (1, 1)


def test_beyond_the_hours_budget_mails_wait_too(owned, sam, max, worker, outbox):
    Calm.objects.create(user=max, budget=1)
    max.interruptions.create(things=1)
    promise = owned.promises.make(MONDAY + timedelta(minutes=20), by=sam)
    watch(owned, worker, promise.due_at)
    assert (len(nudges(outbox, sam)), len(nudges(outbox, max))) == (1, 0)

    with clock.at(MONDAY + timedelta(minutes=61)):
        worker()
    assert len(nudges(outbox, max)) == 1


def test_what_waits_says_so_to_who_asks(broken_at_night, max, at_the_desk):
    notice = max.notices.first()
    with clock.at(AT_NIGHT + timedelta(hours=1)):
        page = at_the_desk(max).get(f"/desk/notices/{notice.pk}/").text
    assert "It waits until your quiet hours end" in page
    assert "It is in your next mail" not in page


def test_a_promise_is_in_the_digest_of_who_may_be_disturbed_on_no_day(
    broken_at_night, max, worker, outbox, at_the_desk
):
    Calm.objects.create(user=max, days=[])
    kept, *left = broken_at_night
    notice = max.notices.filter(case=left[0]).first()
    with clock.at(AT_EIGHT):
        worker()
        kept.updates.send("Sorry, here is the word.", by=kept.customer_owner)
        page = at_the_desk(max).get(f"/desk/notices/{notice.pk}/").text
        assert "nothing ever disturbs you" in at_the_desk(max).get("/desk/notices/settings/").text
    assert "so it is in your next mail" in page
    assert not nudges(outbox, max)
    post(worker)

    mail = outbox()[-1]
    assert "max@tandem.example" in mail["To"]
    assert all(f"{case.number} {case.title}" in text(mail) for case in left)
    assert f"{kept.number} {kept.title}" not in text(mail)


def test_of_a_promise_that_still_stands_a_mail_speaks_however_late(broken_at_night, max, worker, outbox):
    with clock.at(AT_EIGHT + timedelta(days=9)):
        worker()
    assert nudges(outbox, max)[0]["Subject"] == "3 broken promises"


def test_a_digest_says_by_case_what_was_not_read_and_why(owned, ana, erin, sam, worker, outbox):
    owned.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    owned.messages.write("@sam it is the index", by=erin, audience=Audience.SUPPORT)
    worker()
    before = len(outbox())
    post(worker)
    post(worker, TUESDAY_MORNING + timedelta(minutes=5))

    [mail] = outbox()[before:]
    assert mail["To"] == "Sam Okafor <sam@tandem.example>"
    assert mail["Subject"] == "2 things on 1 case"
    assert "- Message received, Ana Lima (You own it)" in text(mail)
    assert "- Note written, Erin Haas (Erin Haas mentioned you)" in text(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "And again." not in text(mail)


def test_while_a_digest_leaves_no_notice_is_held(owned, ana, sam, worker, monkeypatch):
    owned.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    worker()
    around, within = len(connection.savepoint_ids), []
    monkeypatch.setattr(letters.smtp, "send", lambda *_, **__: within.append(len(connection.savepoint_ids)))
    with clock.at(TUESDAY_MORNING), CaptureQueriesContext(connection) as asked:
        letters.digest(sam.pk)

    assert within == [around], "no transaction of its own is open"
    assert not [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert not sam.notices.to_mail().exists()


def test_there_is_no_empty_digest_and_none_for_who_wants_none(owned, ana, sam, max, worker, outbox):
    owned.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    worker()
    before = len(outbox())
    post(worker, MONDAY + timedelta(hours=1))  # not yet time
    sam.notices.read()
    post(worker)
    assert len(outbox()) == before

    owned.messages.write("Once more.", by=ana, audience=Audience.CUSTOMER)
    Calm.objects.create(user=sam, digest=Calm.Digest.NEVER)
    worker()
    before = len(outbox())
    post(worker)
    assert len(outbox()) == before


def test_what_may_not_be_seen_any_more_is_not_mailed(owned, max, sam, worker, outbox):
    owned.messages.write("@sam for owners only", by=max, audience=Audience.RESTRICTED)
    worker()
    owned.assignments.give(Part.CUSTOMER, to=max, by=max)
    worker()
    post(worker)
    assert not [mail for mail in outbox() if "Note written" in text(mail)]


def link(mail, about: str) -> str:
    lines = text(mail).splitlines()
    return urlsplit(lines[next(n for n, line in enumerate(lines) if about in line) + 1]).path


def test_less_of_it_by_one_click(owned, ana, sam, worker, outbox, client):
    owned.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    worker()
    post(worker)
    mail = outbox()[-1]

    address = link(mail, "Not by mail any more")
    assert "Hear less?" in client.get(address).text
    assert sam.notice_preferences.table()[Kind.CUSTOMER]["mail"]
    client.post(address)
    assert not sam.notice_preferences.table()[Kind.CUSTOMER]["mail"]
    client.post(address, {"again": "1"})
    assert sam.notice_preferences.table()[Kind.CUSTOMER]["mail"]

    one_click = urlsplit(mail["List-Unsubscribe"].strip().strip("<>")).path
    client.post(one_click, {"List-Unsubscribe": "One-Click"})
    assert sam.calm.digest == Calm.Digest.NEVER
    assert client.post(one_click.replace("digest", "k.note")).status_code == 404


def test_hear_no_more_of_a_case(owned, sam, client):
    client.post(urlsplit(letters.less_link(sam, f"c.{owned.pk}")).path)
    assert owned.mutes.standing().filter(muted_by=sam).exists()


@pytest.mark.parametrize(
    "words", ["Ana\r\nBcc: eve@evil.example", "<script>alert(1)</script>", "{{ 1234*5678 }}{% raw %}{0.__class__}%(x)s"]
)
def test_whatever_a_case_is_called_its_mails_say_it_and_obey_none_of_it(owned, ana, sam, words, worker, outbox):
    type(owned).objects.filter(pk=owned.pk).update(title=words)
    type(ana).objects.filter(pk=ana.pk).update(name=words[:120])
    owned.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    promise = owned.promises.make(MONDAY + timedelta(hours=1), by=sam)
    watch(owned, worker, promise.warn_at)
    post(worker)

    assert len(outbox()) >= 2
    for mail in outbox():
        assert mail["Bcc"] is None
        assert mail["To"].endswith("@tandem.example>") or mail["To"].endswith("@northwind.example>")
        assert "7006652" not in text(mail)
        assert b"<script" not in mail.get_payload()[1].get_payload(decode=True)


def test_old_notices_go_once_they_were_read(owned, ana, sam, worker):
    owned.messages.write("And again.", by=ana, audience=Audience.CUSTOMER)
    worker()
    with clock.at(MONDAY + timedelta(days=91)):
        jobs.forget(0)
    assert list(Notice.objects.filter(user=sam)) == list(sam.notices.filter(read_at=None))
