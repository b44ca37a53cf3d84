import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.cases.models import Ball, Case
from tandem.kit import clock, prepared
from tandem.queue import groups
from tandem.queue import page as queue
from tandem.queue.models import OwnLayout
from tandem.writing.models import Draft, Presence

HERE = re.compile(r'<span class="hear">([^<]+ (?:is here|writes))</span>')
TITLE = re.compile(r'<span class="title"><a [^>]+>([^<]+)</a>')


@pytest.fixture
def asked(at_the_desk, sam):
    """The titles in the queue as Sam asks for it: `asked(view="mine")`."""

    def ask(**words: str) -> list[str]:
        return TITLE.findall(at_the_desk(sam).get("/desk/queue/", words).text)

    return ask


def test_it_shows_what_is_open(case, mallorys_case, asked):
    assert asked() == [case.title, mallorys_case.title]


def test_a_view_shows_what_it_says(case, mallorys_case, sam, asked):
    case.assignments.give("customer", to=sam, by=sam)
    mallorys_case.pass_ball(Ball.CUSTOMER, by=sam)

    assert asked(view="mine") == [case.title]
    assert asked(view="unowned") == [mallorys_case.title]
    assert asked(view="customer") == [mallorys_case.title]
    assert asked(view="engineering") == asked(view="closed") == []


def test_words_find_what_was_said(case, mallorys_case, asked):
    assert asked(q="month tonight") == [case.title]
    assert asked(q="zebra") == []


def test_an_account_or_a_stage_narrows_it(case, mallorys_case, asked):
    assert asked(account="northwind") == [case.title]
    assert asked(stage="triage") == []


def test_a_merged_case_says_so_where_its_stage_and_whose_turn_it_is_would_stand(case, ana, sam, at_the_desk):
    other = Case.objects.open_for(ana, title="The export again")
    other.merges.join_to(case, by=sam)

    row = at_the_desk(sam).get("/desk/queue/", {"q": "is:merged"}).text.split("<li data-row", 1)[1].split("</li>")[0]
    assert other.title in row
    assert f'<span class="stage done">merged into {case.number}</span>' in row
    assert 'class="ball' not in row


def test_it_is_said_how_many_a_query_found_without_another_query(ana, mallorys_case, sam, at_the_desk):
    counted, desk = re.compile(r'id="counted" role="status">([^<]+)<'), at_the_desk(sam)
    for n in range(60):
        Case.objects.open_for(ana, title=f"Export {n} stops")

    def said(**words: str) -> list[str]:
        return counted.findall(desk.get("/desk/queue/", words).text)

    assert said(q="account:globex") == ["1 case"]
    assert said(q="account:northwind") == ["60 cases"]
    assert said(q="export stops") == ["more than 50 cases"]
    assert said(q="account:globex owner:me") == said(q="is:open") == said() == []
    for n in range(40):
        Case.objects.open_for(ana, title=f"Import {n} stops")
    assert said(q="account:northwind") == ["more than 99 cases"]
    [later] = re.findall(
        r'href="(/desk/queue/[^"]+after=[^"]+)"', desk.get("/desk/queue/", {"q": "account:northwind"}).text
    )
    with CaptureQueriesContext(connection) as asked:
        assert counted.findall(desk.get(html.unescape(later)).text) == ["more than 99 cases"]
    assert sum("LIMIT 201" in str(query["sql"]) for query in asked) == 1


def test_pages_follow_each_other_without_gap_or_repeat(ana, sam, at_the_desk, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    monkeypatch.setattr(queue, "_first_page", prepared.listed(queue._columns))
    cases = [Case.objects.open_for(ana, title=f"Export {n} stops") for n in range(5)]
    browser, seen, address = at_the_desk(sam), [], "/desk/queue/"

    while address:
        rows, address = queue.Queue(sam, browser.get(address).wsgi_request.GET.dict()).page()
        seen += [row.pk for row in rows]

    assert seen == [case.pk for case in cases]


@pytest.mark.parametrize("mark", ["forged", "1", "x~2026-11-21T10:00:00+00:00", "1~soon", "1~2026-11-21T10:00:00"])
@pytest.mark.parametrize("view", ["open", "closed"])
def test_a_mark_that_is_none_begins_anew(case, asked, mark, view):
    asked(after=mark, view=view)

    assert asked(after="forged") == [case.title]


def test_an_empty_queue_says_what_to_do(sam, at_the_desk):
    assert "That is good news." in at_the_desk(sam).get("/desk/queue/").text
    assert "Fewer words find more." in at_the_desk(sam).get("/desk/queue/?q=zebra").text


@pytest.fixture
def grouped(at_the_desk, sam):
    """The queue as Sam has it grouped: the heading of each group, with its count, and the titles in it."""

    def group(by: str, **words: str) -> dict[str, list[str]]:
        desk = at_the_desk(sam)
        desk.post("/desk/queue/layout/", {"density": "comfortable", "grouping": by})
        _head, *parts = desk.get("/desk/queue/", words).text.split('<h2 class="group">')
        return {re.sub(r"<[^>]+>", "", part[: part.index(" <a")]): TITLE.findall(part) for part in parts}

    return group


def test_cases_stand_in_groups_with_their_counts(case, mallorys_case, sam, grouped):
    case.assignments.give("customer", to=sam, by=sam)
    case.reflect(priority=2)
    mallorys_case.pass_ball(Ball.CUSTOMER, by=sam)

    mine, other = [case.title], [mallorys_case.title]
    assert grouped("stage") == {"Submitted 2": [*mine, *other]}
    assert grouped("owner") == {"Sam Okafor 1": mine, "Nobody 1": other}
    assert grouped("ball") == {"Customer 1": other, "Support 1": mine}
    assert grouped("priority") == {"High 1": mine, "Not judged yet 1": other}
    assert grouped("account") == {"Northwind Analytics 1": mine, "Globex 1": other}
    assert grouped("ball", q="zebra") == {}


def test_a_group_leads_to_all_of_it(case, grouped, at_the_desk, sam):
    grouped("stage")
    page = at_the_desk(sam).get("/desk/queue/", {"q": "realm:none or owner:me"}).text

    assert "q=%28realm%3Anone+or+owner%3Ame%29+stage%3Asubmit" in page


@pytest.mark.parametrize("order", ["promise", "due", "priority", "opened", "activity"])
def test_every_order_is_walked_without_gap_or_repeat(ana, sam, at_the_desk, monkeypatch, order):
    monkeypatch.setattr(queue, "PAGE", 2)
    monkeypatch.setattr(queue, "FEW", 1)
    cases = [Case.objects.open_for(ana, title=f"Export {n} stops") for n in range(7)]
    for n, case in enumerate(cases):
        told = {"next_update_at": case.opened_at if n % 2 else None, "due_at": case.opened_at if n % 3 == 1 else None}
        case.reflect(priority=n % 3, **told)
    browser, seen, address = at_the_desk(sam), [], "/desk/queue/?q=-owner:me"
    browser.post("/desk/queue/layout/", {"density": "comfortable", "order": order})

    while address:
        rows, address = queue.Queue(sam, browser.get(address).wsgi_request.GET.dict()).page()
        seen += rows

    by = {
        "promise": lambda row: (row.at is not None, row.at, row.pk),
        "due": lambda row: (row.key is None, row.key, row.pk),
        "priority": lambda row: (row.priority, row.at is not None, row.at, row.pk),
        "opened": lambda row: -row.pk,
        "activity": lambda row: -row.key.timestamp(),
    }[order]
    assert {row.pk for row in seen} == {case.pk for case in cases}
    assert len(seen) == len(cases)
    assert seen == sorted(seen, key=by)


def test_a_row_that_sleeps_says_until_when(case, mallorys_case, sam, at_the_desk):
    case.snoozes.put_off(by=sam, on="customer")
    mallorys_case.snoozes.put_off(by=sam, until=clock.now() + timedelta(days=1))

    page = at_the_desk(sam).get("/desk/queue/").text

    always, till = re.findall(r'<span class="asleep">.*?</svg>(.*?)</li>', page, re.DOTALL)
    assert "snoozed" in always
    assert "until" not in always
    assert re.match(r'<span class="hear">snoozed</span> until ', till)


def test_groups_that_are_cut_are_told_with_the_way_to_all_as_a_list(case, mallorys_case, sam, at_the_desk, monkeypatch):
    OwnLayout.objects.keep(by=sam, grouping="account")
    desk = at_the_desk(sam)
    assert "Not shown" not in desk.get("/desk/queue/").text

    monkeypatch.setattr(groups, "MOST", 1)
    page = desk.get("/desk/queue/").text

    assert TITLE.findall(page) == [case.title]
    assert "Not shown: 1 case of other groups. There is room for 1" in page
    way = html.unescape(re.search(r'href="([^"]+)">All of it as a list', page)[1])
    assert TITLE.findall(desk.get(way).text) == [case.title, mallorys_case.title]


def test_who_is_on_a_case_now_stands_on_its_row(case, mallorys_case, sam, erin, max, at_the_desk):
    Presence.objects.come("page of erin", user_id=erin.pk, cases=[case.pk])
    Presence.objects.come("page of max", user_id=max.pk, cases=[case.pk])
    Presence.objects.come("page of sam", user_id=sam.pk, cases=[case.pk, mallorys_case.pk])
    Draft.objects.create(case=case, author=max, audience="support", body="It is", based_on=1, saved_at=clock.now())

    desk = at_the_desk(sam)
    assert HERE.findall(desk.get("/desk/queue/").text) == ["Erin Haas is here", "Max Berger writes"]

    with clock.at(clock.now() + timedelta(minutes=1)):
        assert HERE.findall(desk.get("/desk/queue/").text) == []


def test_who_is_here_is_asked_once_for_all_rows(ana, sam, erin, at_the_desk):
    desk = at_the_desk(sam)

    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            desk.get("/desk/queue/")
        return len(told)

    Case.objects.open_for(ana, title="Export stops")
    queries()
    of_one = queries()
    cases = [Case.objects.open_for(ana, title=f"Export {n} stops") for n in range(4)]
    Presence.objects.come("page of erin", user_id=erin.pk, cases=[case.pk for case in cases])
    assert queries() == of_one


def test_a_grouped_list_is_a_plain_one_only_as_far_as_its_own_pages(case, ana, sam, monkeypatch):
    Case.objects.open_for(ana, title="Another export stops")
    monkeypatch.setattr(queue, "PAGE", 1)
    shown = queue.Queue(sam, {"q": "export", "as": "list"})

    assert "as=list" in shown.page()[1]
    assert "as=list" not in shown.beside()
