from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from tandem.kit import clock
from tandem.kit.live import announce
from tandem.live import app, rights
from tandem.live.tests.conftest import until


def test_mallory_hears_nothing_of_anas_case(opened, case, mallorys_case, mallory):
    assert opened(mallory, f"case:{case.pk}").status == 404
    assert opened(mallory, f"case:{mallorys_case.pk}", f"case:{case.pk}").status == 404

    page = opened(mallory, f"case:{mallorys_case.pk}")
    announce(f"case:{case.pk}", "anas", audience="customer")
    announce(f"case:{mallorys_case.pk}", "mallorys", audience="customer")

    while (word := page.hears())["panels"] != ["mallorys"]:
        assert word["topic"] == f"case:{mallorys_case.pk}"


@pytest.mark.parametrize("topics", [(), ("queue",), ("user:1",), ("case:0",), ("case:x",), ("case:²",), ("",)])
def test_customers_cannot_listen_to_what_is_not_theirs(opened, ana, case, topics):
    assert opened(ana, *topics).status == 404


def test_colleagues_listen_to_the_queue_but_not_to_people(opened, sam, ana, case):
    assert opened(sam, "queue", f"case:{case.pk}").status == 200
    assert opened(sam, f"user:{ana.pk}").status == 404
    assert opened(sam, "case:999999").status == 404


def test_nobody_asks_for_too_much(opened, sam):
    assert opened(sam, *(f"page:{n}" for n in range(rights.MOST_TOPICS + 1))).status == 404


def test_strangers_hear_of_components_what_is_for_customers_and_nothing_else(opened, case):
    assert opened(None, "queue").status == 404
    assert opened(None, f"case:{case.pk}", "components").status == 404
    page = opened(None, "components")

    announce("components", "component", audience="support")
    announce("components", "publication", audience="customer")

    assert page.hears() == {"topic": "components", "panels": ["publication"], "audience": "customer"}


def test_a_cookie_that_is_none_is_a_stranger(opened, case):
    assert opened(None, f"case:{case.pk}", cookie=f"{settings.SESSION_COOKIE_NAME}=guessed").status == 404


def test_it_ends_when_the_person_is_retired(opened, live, sam):
    page = opened(sam, "queue")

    sam.retire()
    live.check()

    assert page.hears() == "bye"
    assert page.hears() is None


def test_it_ends_when_the_role_is_another(opened, live, sam):
    page = opened(sam, "queue")

    sam.take_role("contact")
    live.check()

    assert page.hears() == "bye"


def test_it_ends_with_the_session_and_only_with_that(opened, live, sam, at_the_desk):
    office, phone = at_the_desk(sam), at_the_desk(sam)
    pages = [
        opened(sam, "queue", cookie=browser.cookies["tandem_session"].OutputString()) for browser in (office, phone)
    ]

    office.post("/sign-out/")
    live.check()
    announce("queue", "after", audience="support")

    assert pages[0].hears() == "bye"
    assert until(pages[1], "after")


def test_it_ends_when_the_session_expires(opened, live, sam):
    page = opened(sam, "queue")

    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    live.check()

    assert page.hears() == "bye"


def test_it_ends_when_the_password_changes(opened, live, sam):
    page = opened(sam, "queue")

    sam.set_password("another horse, another battery")
    sam.save()
    live.check()

    assert page.hears() == "bye"


def test_it_ends_when_ana_takes_part_no_more(opened, live, case, ana):
    page = opened(ana, f"case:{case.pk}")

    case.participants.update(left_at=clock.now())
    live.check()

    while (word := page.hears()) != "bye":
        assert word["topic"] == f"case:{case.pk}"


def test_a_change_of_rights_is_looked_at_at_once(opened, live, loop, sam, erin):
    sams, erins = opened(sam, "queue"), opened(erin, "queue")

    sam.retire()

    assert sams.hears() == "bye"
    announce("queue", "after", audience="support")
    assert until(erins, "after")


def test_listening_does_not_keep_a_session_alive(opened, live, sam):
    page = opened(sam, "queue")
    before = Session.objects.get().expire_date

    live.check()
    announce("queue", "after", audience="support")
    until(page, "after")

    assert Session.objects.get().expire_date == before


def test_all_rights_are_looked_at_in_one_query(
    case, mallorys_case, ana, mallory, sam, at_the_desk, django_assert_num_queries
):
    listeners = [
        rights.asked(at_the_desk(person).cookies["tandem_session"].value, topics)
        for person, topics in [
            (sam, ["queue", f"case:{case.pk}"]),
            (ana, [f"case:{case.pk}"]),
            (mallory, [f"case:{mallorys_case.pk}", "components"]),
            (sam, ["components"]),
        ]
    ]

    with django_assert_num_queries(1):
        assert rights.standing(listeners) == set(listeners)


def test_when_rights_cannot_be_looked_at_nobody_listens(opened, live, sam, monkeypatch):
    page = opened(sam, "queue")
    monkeypatch.setattr(rights, "standing", lambda those: 1 / 0)

    live.check()

    assert page.hears() is None


def test_a_stream_ends_within_five_seconds_of_its_rights():
    assert app.Live().check_every + app.AFTER_A_DOUBT <= 5


def test_only_they_themselves_hear_that_they_are_told_something(opened, sam, erin):
    assert opened(sam, "queue", f"notices:{sam.pk}").status == 200
    assert opened(erin, f"notices:{sam.pk}").status == 404
