"""From a list to a case, to the next one, and back: whatever one did to it meanwhile."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases.models import Ball, Case
from tandem.kit import clock
from tandem.queue import page
from tandem.queue.models import Order, OwnLayout, SavedView

ROW = re.compile(r'<(?:span|p) class="title"><a href="([^"]+)">')
WAY = re.compile(r'<a (?:rel="(prev|next)" )?href="([^"]+)" data-key="([UKJ])"')


@pytest.fixture
def three(case, ana):
    """The case and two more, as they stand in the queue."""
    return [case, *(Case.objects.open_for(ana, title=f"Export {n} stops") for n in (1, 2))]


@pytest.fixture
def walk(at_the_desk, sam):
    """A page's rows, and what leads on from a case: `walk.rows("/desk/queue/")`, `walk.ways(address)`."""

    class Walk:
        def page(self, address: str) -> str:
            return at_the_desk(sam).get(address.replace("&amp;", "&")).text

        def rows(self, address: str) -> list[str]:
            return ROW.findall(self.page(address))

        def ways(self, address: str) -> dict[str, str]:
            return {key: href for _rel, href, key in WAY.findall(self.page(address))}

    return Walk()


def test_from_the_queue_one_goes_on_to_the_next_and_back(three, walk):
    first, second, third = walk.rows("/desk/queue/")

    assert "2 of 3" in walk.page(second)
    assert walk.ways(second)["J"] == third
    assert walk.ways(second)["K"] == first
    assert walk.rows(walk.ways(second)["U"]) == [first, second, third]
    assert "K" not in walk.ways(first)
    assert "J" not in walk.ways(third)


def test_what_left_the_list_still_knows_what_came_next(three, walk, sam):
    first, second, third = walk.rows("/desk/queue/?q=ball:support")
    three[1].pass_ball(Ball.CUSTOMER, by=sam)

    ways = walk.ways(second)
    assert ways["J"].partition("?")[0] == third.partition("?")[0]
    assert ways["K"].partition("?")[0] == first.partition("?")[0]
    assert " of 2<" not in walk.page(second)


def test_what_moved_down_the_list_leads_to_what_followed_it(three, walk, sam):
    first, second, _third = walk.rows("/desk/queue/?q=is:open&view=")
    three[0].promises.make(clock.now() + timedelta(days=2), by=sam)

    assert walk.ways(first)["J"].partition("?")[0] == second.partition("?")[0]


@pytest.mark.parametrize("came_from", ["/desk/queue/", "/desk/"])
def test_what_comes_in_above_leads_nobody_back(three, walk, ana, sam, came_from):
    for days, one in enumerate(three, start=2):
        one.promises.make(clock.now() + timedelta(days=days), by=sam)
    first, second, third = walk.rows(came_from)
    with clock.at(clock.now() - timedelta(days=1)):
        new = Case.objects.open_for(ana, title="Import stops")
    assert walk.rows(came_from)[0].startswith(f"/desk/cases/{new.number}/")

    assert walk.ways(second)["J"].partition("?")[0] == third.partition("?")[0]
    assert walk.ways(second)["K"].partition("?")[0] == first.partition("?")[0]
    assert "J" not in walk.ways(third)


def test_on_now_where_the_next_has_gone_too_one_begins_anew(three, walk, sam):
    first, _second, third = walk.rows("/desk/")
    for one in (first, _second):
        number = int(re.search(r"cases/(\d+)", one)[1])
        Case.objects.get(number=number).snoozes.put_off(by=sam, on="customer")

    assert walk.ways(first)["J"].partition("?")[0] == third.partition("?")[0]


def test_where_the_next_has_gone_too_the_place_says_what_follows(three, walk, sam):
    first, _second, third = walk.rows("/desk/queue/?q=ball:support")
    three[0].pass_ball(Ball.CUSTOMER, by=sam)
    three[1].pass_ball(Ball.CUSTOMER, by=sam)

    assert walk.ways(first)["J"].partition("?")[0] == third.partition("?")[0]


def test_a_saved_view_is_what_one_goes_back_to(three, walk, sam):
    view = SavedView.objects.save_as("Exports", text="is:open export", by=sam)
    first = walk.rows(f"/desk/queue/?view={view.pk}")[0]

    assert "Exports" in walk.page(first)
    assert walk.ways(first)["U"] == f"/desk/queue/?view={view.pk}"


def test_from_a_group_one_goes_on_within_it_and_back_to_all_groups(three, walk, sam):
    OwnLayout.objects.keep(by=sam, grouping="ball")
    Case.objects.filter(pk=three[1].pk).update(ball=Ball.CUSTOMER)
    rows = walk.rows("/desk/queue/")
    first, second = (href for href in rows if f"/{three[1].number}/" not in href)

    assert "1 of 2" in walk.page(first)
    assert walk.ways(first)["J"] == second
    assert "J" not in walk.ways(second)
    assert walk.rows(walk.ways(first)["U"]) == rows


@pytest.mark.parametrize("order", Order.values)
def test_in_each_order_one_walks_down_all_of_a_list_and_up_again(case, ana, sam, walk, monkeypatch, order):
    """However long it is: none of it is read at once."""
    monkeypatch.setattr(page, "FEW", 2)
    OwnLayout.objects.keep(by=sam, order=order)
    for nth in range(6):
        one = Case.objects.open_for(ana, title=f"Export {nth} stops")
        at = clock.now() + timedelta(hours=nth // 2)
        times = {} if nth < 2 else {"next_update_at": at, "due_at": at}
        Case.objects.filter(pk=one.pk).update(priority=nth % 3, opened_at=at, active_at=at, **times)
    rows = walk.rows("/desk/queue/")
    assert len(rows) == 7

    assert _walked(walk, rows[0], "J") == rows
    assert _walked(walk, rows[-1], "K") == rows[::-1]
    assert "4 of 7" in walk.page(rows[3])


def _walked(walk, address: str, key: str) -> list[str]:
    met = [address]
    while onward := walk.ways(met[-1]).get(key):
        met.append(onward)
    return met


def test_from_now_one_goes_back_to_now(three, walk):
    first, second, _third = walk.rows("/desk/")

    assert walk.ways(first)["J"] == second
    assert walk.ways(first)["U"] == "/desk/"


def test_from_a_later_page_one_goes_back_to_that_page(three, walk, ana, monkeypatch):
    monkeypatch.setattr(page, "PAGE", 2)
    first, second = walk.rows("/desk/queue/")
    later = re.search(r'rel="next" href="([^"]+)"', walk.page("/desk/queue/"))[1]
    (third,) = walk.rows(later)

    assert walk.rows(walk.ways(third)["U"]) == [third]
    assert walk.rows(walk.ways(second)["U"]) == [first, second]
    assert walk.rows(walk.ways(walk.ways(second)["J"])["U"]) == [third]


def test_from_far_down_a_list_one_goes_back_to_what_stands_around(case, ana, walk, monkeypatch):
    monkeypatch.setattr(page, "PAGE", 4)
    monkeypatch.setattr("tandem.queue.counts.MOST", 6)
    for nth in range(11):
        Case.objects.open_for(ana, title=f"Export {nth} stops")
    rows, address = [], "/desk/queue/"
    while address:
        rows += walk.rows(address)
        address = (re.search(r'rel="next" href="([^"]+)"', walk.page(address)) or [None, ""])[1]
    assert len(rows) == 12

    assert walk.rows(walk.ways(rows[9])["U"]) == rows[7:11]


def test_from_what_was_found_one_goes_back_to_the_search(three, walk):
    href = re.search(r'href="(/desk/cases/[^"#]+)', walk.page("/desk/search/?q=Nightly export"))[1]

    assert walk.ways(href) == {"U": "/desk/search/?q=Nightly+export"}


AT = "2026-11-28T10:00:00+00:00"


@pytest.mark.parametrize(
    "among",
    [
        *(
            "",
            "x",
            "~~~",
            "now",
            "search",
            "search~<\x00",
            "now~-1",
            "now~x",
            "now~99999999999999999999",
            "now~" + "9" * 5000,
            "view:1",
            "promise",
            "promise~1~\x00",
        ),
        *("promise~1~2~~~", f"promise~1~2~{AT}~~is:open", f"promise~1~2~{AT}~~view:9", f"promise~1~2~{AT}~~onwer:me"),
        *(
            f"promise~1~2~{AT}~(((~is:open",
            f"due~1~2~~x:y~({'(' * 90}",
            "opened~1~2~~~is:open",
            "promise~x~2~~~is:open",
        ),
    ],
)
def test_any_address_is_answered(case, walk, among):
    assert case.title in walk.page(f"/desk/cases/{case.number}/?among={among}")


def test_who_does_not_see_a_view_is_told_nothing_of_it(case, walk, erin):
    view = SavedView.objects.save_as("Erin's own", text="is:open", by=erin)

    assert "Erin&#39;s own" not in walk.page(f"/desk/cases/{case.number}/?among=promise~1~2~~~view:{view.pk}")


def test_it_costs_three_queries_and_none_unless_asked_for(three, walk):
    def asked(address: str) -> int:
        walk.page(address)
        with CaptureQueriesContext(connection) as queries:
            walk.page(address)
        return sum("FROM" in str(query["sql"]) for query in queries)  # and not what bounds them

    plain = asked(f"/desk/cases/{three[0].number}/")
    assert asked(walk.rows("/desk/queue/")[0]) <= plain + 3
    assert asked(walk.rows("/desk/")[0]) <= plain + 1


def test_what_is_sent_leads_on_to_the_next(three, walk, sam, at_the_desk):
    first, second, _third = walk.rows("/desk/queue/")
    told = re.search(r'name="onward" value="([^"]+)"', walk.page(first))[1]
    words = {"audience": "customer", "body": "We look at it.", "when": "", "onward": told}

    page = at_the_desk(sam).post(f"/desk/cases/{three[0].number}/messages/", words, follow=True)

    assert page.redirect_chain[-1][0].partition("?")[0] == second.partition("?")[0]
    assert "We look at it." in at_the_desk(sam).get(f"/desk/cases/{three[0].number}/messages/").text


def test_what_is_sent_or_refused_does_not_lose_the_list(three, walk, sam, at_the_desk):
    first, second, _third = walk.rows("/desk/queue/")
    told = re.search(r'<input type="hidden" form="composer" name="among" value="([^"]+)"', walk.page(first))[1]
    address = f"/desk/cases/{three[0].number}/messages/"

    refused = at_the_desk(sam).post(address, {"audience": "support", "body": "", "among": told})
    assert refused.status_code == 422
    ways = {key: href for _rel, href, key in WAY.findall(refused.text)}
    assert ways["J"] == second
    assert f'<input type="hidden" form="composer" name="among" value="{told}">' in refused.text

    page = at_the_desk(sam).post(address, {"audience": "support", "body": "A note.", "among": told}, follow=True)
    assert {key: href for _rel, href, key in WAY.findall(page.text)}["J"] == second


@pytest.mark.parametrize(
    "told", ["//evil.example", "https://evil.example/", "x\r\nLocation: /", "&open=x#y", "~" * 9000]
)
def test_whatever_list_a_form_tells_one_comes_back_to_the_case(case, sam, at_the_desk, told):
    words = {"audience": "support", "body": "A note.", "among": told}

    page = at_the_desk(sam).post(f"/desk/cases/{case.number}/messages/", words)

    assert page.url.startswith(f"/desk/cases/{case.number}/?open=conversation&among=")
    assert page.url.endswith("#panel-conversation")
    assert at_the_desk(sam).get(page.url).status_code == 200


def test_after_the_last_one_is_back_at_the_list(three, walk, at_the_desk, sam):
    last = walk.rows("/desk/queue/")[-1]

    onward = at_the_desk(sam).get(last.replace("/?", "/onward/?"))

    assert onward.url == walk.ways(last)["U"]
    assert at_the_desk(sam).get(f"/desk/cases/{three[0].number}/onward/").url == f"/desk/cases/{three[0].number}/"
