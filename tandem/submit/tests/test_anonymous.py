"""Somebody reports without signing in: nothing goes to anybody before the address has confirmed it."""

import re
from datetime import timedelta

import pytest

from tandem.cases.models import Case
from tandem.kit import clock
from tandem.people.models import User
from tandem.submit.models import Submission, Unconfirmed

WORDS = {"title": "Buy these pills", "body": "At pills.example", "mail": "New@example.com", "affected": "3"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


@pytest.fixture
def report(client, worker):
    """Fill the form in as somebody unknown, and let the mails go out."""

    def fill(**more):
        page = client.post("/report/", WORDS | more, headers={"User-Agent": FIREFOX})
        worker()
        return page

    return fill


def link_in(mail):
    return re.search(r"/report/confirm/\S+", mail.get_payload()[0].get_payload(decode=True).decode())[0]


def test_the_address_is_asked_and_told_nothing_of_theirs(report, outbox):
    page = report()

    assert page.status_code == 200
    [mail] = outbox()
    assert (mail["To"], mail["Subject"]) == ("new@example.com", "Please confirm your report")
    text = mail.as_string() + "".join(part.get_payload(decode=True).decode() for part in mail.get_payload())
    assert "pills" not in text
    assert not Case.objects.exists()
    assert not User.objects.exists()


def test_looking_at_the_link_changes_nothing_and_the_button_opens_the_case(report, client, outbox, worker):
    report()
    link = link_in(outbox()[0])

    assert "Buy these pills" in client.get(link).text
    assert not Case.objects.exists()
    assert client.post(link).status_code == 200
    worker()

    case = Case.objects.get()
    assert case.reporter.email == "new@example.com"
    assert case.facts.get(key="affected").value == "3"
    assert case.facts.get(key="browser", source="measured").value == "Firefox 131"
    assert "The address new@example.com confirmed it." in Submission.objects.get().reason
    assert client.post(link).status_code == 404
    assert Case.objects.count() == 1


def test_whoever_it_was_not_throws_it_away(report, client, outbox):
    report()

    client.post(link_in(outbox()[0]), {"step": "not-me"})

    assert not Unconfirmed.objects.exists()
    assert not Case.objects.exists()


def test_a_changed_link_opens_nothing(report, client, outbox):
    report()
    link = link_in(outbox()[0]).rstrip("/")

    for other in (link[:-1] + ("a" if link[-1] != "a" else "b"), link.replace("-", "-x"), "/report/confirm/1"):
        assert client.get(f"{other}/").status_code == 404


def test_a_second_mail_waits_an_hour_and_speaks_for_all_that_came_meanwhile(report, client, outbox, worker):
    for n in range(5):
        report(title=f"Buy pills {n}")

    assert (len(outbox()), Unconfirmed.objects.count()) == (1, 5)
    with clock.at(clock.now() + timedelta(minutes=61)):
        worker()
        page = client.get(link_in(outbox()[1])).text
    assert len(outbox()) == 2
    assert all(f"Buy pills {n}" in page for n in range(5))


def test_who_filled_her_places_keeps_her_out_of_none(report, client, outbox, worker):
    for n in range(4):
        report(title=f"Buy pills {n}")
    report(title="Exports stop")
    hers = Unconfirmed.objects.get(told__title="Exports stop")

    page = client.get(link_in(outbox()[0])).text
    assert hers.path in page
    client.post(hers.path)

    assert [case.title for case in Case.objects.all()] == ["Exports stop"]


def test_nobody_is_asked_more_often_than_once_a_day_by_whoever_goes_on(report, outbox, worker, monkeypatch):
    monkeypatch.setattr("tandem.submit.models.unconfirmed.MOST_FROM_ONE_PLACE", 1000)
    begin = clock.now()
    for hours in range(0, 6 * 24, 2):
        with clock.at(begin + timedelta(hours=hours)):
            report()

    assert len(outbox()) < 12
    assert Unconfirmed.objects.count() == 20


def test_after_a_week_it_is_gone(report, client, outbox):
    report()
    link = link_in(outbox()[0])

    with clock.at(clock.now() + timedelta(days=8)):
        assert client.get(link).status_code == 404
        Unconfirmed.objects.let_go()
    assert not Unconfirmed.objects.exists()


def test_nobody_learns_whose_address_it_is(report, ana, sam, outbox):
    pages = [report(mail=mail) for mail in ("new@example.com", ana.email, sam.email, "support@tandem.example")]

    assert len({page.status_code for page in pages}) == 1
    told = [re.sub(r"\S+@\S+|value=\S+|content=\S+|nonce=\S+", "", page.text) for page in pages]
    assert len(set(told)) == 1
    assert {mail["To"] for mail in outbox()} == {"new@example.com", ana.email}


def test_a_machine_that_fills_in_every_field_is_not_heard_and_a_person_is_told(report, outbox):
    page = report(website="https://pills.example")

    assert page.status_code == 422
    assert "perhaps by your browser" in page.text
    assert "pills.example" not in page.text.replace("At pills.example", "")
    assert not outbox()
    assert not Unconfirmed.objects.exists()


def test_one_place_and_the_whole_world_have_limits(report, settings, monkeypatch):
    monkeypatch.setattr("tandem.submit.models.unconfirmed.MOST_FROM_ONE_PLACE", 2)
    with clock.at(clock.now().replace(minute=5)):
        pages = [report(mail=f"new{n}@example.com") for n in range(3)]
        assert [page.status_code for page in pages] == [200, 200, 429]
        settings.ANONYMOUS_REPORTS = 0
        assert report(mail="other@example.com").status_code == 429
    assert Unconfirmed.objects.count() == 2


def test_colleagues_do_not_read_what_nobody_confirmed(report, sam):
    report()

    assert not Unconfirmed.objects.visible_to(sam).exists()


def test_files_and_installations_are_for_people_we_know(db, client):
    page = client.get("/report/").text

    assert 'type="file"' not in page
    assert 'name="environment"' not in page
