import asyncio
import threading
from http import HTTPStatus

import pytest
from django.db import connection, transaction

from tandem.cases.audience import Audience
from tandem.kit.live import announce
from tandem.live import app
from tandem.live.hub import MOST_UNSENT
from tandem.live.tests.conftest import PATIENCE, until


def elsewhere(act, *told) -> None:
    """Do it in a connection, and so a transaction, of its own."""

    def run() -> None:
        act(*told)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_word_arrives_when_what_it_is_about_is_there(opened, case, sam):
    page = opened(sam, f"case:{case.pk}")

    case.messages.write("I look into it.", by=sam, audience=Audience.CUSTOMER)

    assert until(page, "message") == {"topic": f"case:{case.pk}", "panels": ["message"], "audience": "customer"}


def test_nobody_hears_of_what_was_rolled_back(opened, case, sam):
    page = opened(sam, f"case:{case.pk}")

    with pytest.raises(RuntimeError), transaction.atomic():
        announce(f"case:{case.pk}", "undone")
        raise RuntimeError
    announce(f"case:{case.pk}", "done")

    while (word := page.hears())["panels"] != ["done"]:
        assert word["panels"] != ["undone"]


def test_no_word_before_the_commit(opened, case, sam):
    page = opened(sam, f"case:{case.pk}")

    with transaction.atomic():
        announce(f"case:{case.pk}", "said first")
        elsewhere(announce, f"case:{case.pk}", "committed first")
        while (word := page.hears())["panels"] != ["committed first"]:
            assert word["panels"] != ["said first"]

    assert until(page, "said first")


def test_what_happened_just_before_the_stream_opened_is_told(opened, case, sam):
    first = opened(sam, f"case:{case.pk}")
    announce(f"case:{case.pk}", "meanwhile")
    until(first, "meanwhile")

    assert until(opened(sam, f"case:{case.pk}"), "meanwhile")


def test_ana_hears_only_what_is_for_customers(opened, case, ana):
    page = opened(ana, f"case:{case.pk}")

    announce(f"case:{case.pk}", "internal", audience="support")
    announce(f"case:{case.pk}", "secret", audience="restricted")
    announce(f"case:{case.pk}", "hers", audience="customer")

    heard = []
    while "hers" not in heard:
        word = page.hears()
        assert word["audience"] == "customer"
        heard += word["panels"]


def test_support_does_not_hear_what_is_restricted(opened, case, sam, max):
    sams, maxs = opened(sam, f"case:{case.pk}"), opened(max, f"case:{case.pk}")

    announce(f"case:{case.pk}", "secret", audience="restricted")
    announce(f"case:{case.pk}", "plain", audience="support")

    assert until(maxs, "secret")
    while (word := sams.hears())["panels"] != ["plain"]:
        assert word["audience"] != "restricted"


def test_who_does_not_read_is_let_go(opened, live, sam, erin):
    slow, quick = opened(sam, "queue"), opened(erin, "queue")
    slow.stop_reading()

    for n in range(MOST_UNSENT + 10):
        announce("queue", f"panel-{n}", audience="support")
    until(quick, f"panel-{MOST_UNSENT + 9}")
    slow.read_on()

    heard = []
    while (word := slow.hears()) is not None:
        heard.append(word)
    assert len(heard) <= 2


def test_strangers_do_not_take_the_places_of_colleagues(opened, sam, monkeypatch):
    monkeypatch.setattr(app, "MOST_OF_STRANGERS", 1)
    opened(None, "components")

    assert opened(None, "components").status == 503
    assert opened(sam, "components").status == 200


def test_a_full_house_says_so(opened, sam, monkeypatch):
    monkeypatch.setattr(app, "MOST_STREAMS", 1)
    opened(sam, "queue")

    assert opened(sam, "queue").status == 503


def test_streams_end_when_the_process_does(opened, live, loop, sam):
    page = opened(sam, "queue")

    loop.call_soon_threadsafe(live.end_streams)

    assert page.hears() is None


def test_a_page_that_leaves_is_forgotten(opened, live, sam):
    page = opened(sam, "queue")

    page.leave()

    assert not live.hub.streams
    assert not live.hub._by_topic


def test_when_words_may_have_been_lost_every_page_starts_anew(opened, sam):
    page = opened(sam, "queue")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN tandem_live%' AND datname = current_database()"
        )
        assert cursor.rowcount == 1

    assert page.hears() == "reset"
    announce("queue", "after", audience="support")
    assert until(page, "after")


def test_a_heartbeat_keeps_the_line_open(loop, transactional_db, sam, at_the_desk):
    from tandem.live.app import Live
    from tandem.live.tests.conftest import Page

    live = Live(beat_every=0.01)
    page = Page(loop, live, at_the_desk(sam).cookies["tandem_session"].OutputString(), ("queue",))

    assert page.raw() == ":\n\n"

    page.leave()
    asyncio.run_coroutine_threadsafe(live.stop(), loop).result(PATIENCE)


@pytest.mark.parametrize(("method", "path"), [("POST", "/live/"), ("GET", "/live/other")])
def test_there_is_only_one_address_and_one_verb(live, loop, method, path):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"topic=components"}
    asyncio.run_coroutine_threadsafe(live(scope, None, send), loop).result(PATIENCE)

    assert sent[0]["status"] == HTTPStatus.NOT_FOUND
