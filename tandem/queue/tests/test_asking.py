"""Sam asks the queue in words."""

import re
import string
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.cases.models import Ball
from tandem.kit import clock

TITLE = re.compile(r'<span class="title"><a [^>]+>([^<]+)</a>')


@pytest.fixture
def asked(at_the_desk, sam):
    """The titles in the queue for what Sam typed."""

    def ask(text: str) -> list[str]:
        return TITLE.findall(at_the_desk(sam).get("/desk/queue/", {"q": text}).text)

    return ask


@pytest.fixture
def told(at_the_desk, sam):
    return lambda text: at_the_desk(sam).get("/desk/queue/", {"q": text}).text


@pytest.fixture
def mine(case, sam):
    case.assignments.give("customer", to=sam, by=sam)
    case.promises.make(clock.now() + timedelta(hours=1), by=sam)
    case.reflect(realm="data", priority=2)
    return case


def test_words_side_by_side_must_all_be_true(mine, mallorys_case, asked):
    assert asked("owner:me realm:data account:northwind promise:<2h") == [mine.title]
    assert asked("owner:me realm:web") == []
    assert asked('priority:high "tonight month"') == []
    assert asked("priority:high,critical month tonight") == [mine.title]


def test_not_or_and_parentheses(mine, mallorys_case, asked):
    assert asked("-owner:me") == [mallorys_case.title]
    assert set(asked("realm:web or owner:me or -realm:data")) == {mine.title, mallorys_case.title}
    assert asked("realm:data (owner:none or promise:none)") == []
    assert asked("realm:data -(owner:none or promise:none)") == [mine.title]
    assert asked("-month") == [mallorys_case.title]
    assert asked("nightly -month") == asked("stops -export") == []
    assert asked("zebra or nightly") == [mine.title]


def test_without_a_word_of_its_state_a_case_is_looked_for_among_the_open_ones(mine, mallorys_case, asked, sam):
    mallorys_case.enter("close", by=sam)

    assert asked("-owner:me") == []
    assert asked("is:closed") == asked("is:closed -owner:me") == asked("stage:close") == [mallorys_case.title]
    assert set(asked("is:any")) == set(asked("is:open or is:closed")) == {mine.title, mallorys_case.title}


def test_whose_turn_it_is(mine, mallorys_case, asked, sam):
    mallorys_case.pass_ball(Ball.CUSTOMER, by=sam)

    assert asked("ball:me") == [mine.title]
    assert asked("ball:customer") == [mallorys_case.title]


def test_what_was_closed_lately_is_found_without_saying_that_it_is_closed(mine, mallorys_case, asked, sam):
    mine.closures.close(by=sam, reason="not_a_fault")

    assert asked("closed:<7d") == [mine.title]
    assert asked("closed:>7d") == []
    with clock.at(clock.now() + timedelta(days=8)):
        assert asked("closed:<7d") == []
        assert asked("closed:>7d account:northwind") == [mine.title]


def test_a_team_has_what_it_is_asked_and_what_its_people_must_move(mine, mallorys_case, asked, sam, erin, platform):
    mallorys_case.assignments.give("customer", to=sam, by=sam)
    escalation = mallorys_case.escalations.raise_to(platform, by=sam, asking="Why?")

    assert asked("team:support") == asked("team:mine") == [mine.title]
    assert asked("team:platform") == [mallorys_case.title]
    escalation.ask("Which rows?", by=erin)
    assert asked("team:platform") == [mallorys_case.title]
    assert sorted(asked("team:support")) == sorted([mine.title, mallorys_case.title])


def test_a_case_is_found_by_the_one_above_it(mine, mallorys_case, asked, told, sam):
    mallorys_case.links.link_to(mine, kind="child_of", by=sam)

    assert asked(f"parent:{mine.number}") == [mallorys_case.title]
    assert asked("parent:none") == [mine.title]
    assert "“parent:mine” is no number of a case" in told("parent:mine")


def test_a_promise_is_late_when_its_time_has_come(mine, mallorys_case, asked):
    assert asked("is:late") == []
    with clock.at(clock.now() + timedelta(hours=2)):
        assert asked("is:late") == asked("promise:late") == [mine.title]
        assert asked("promise:none") == [mallorys_case.title]


def test_what_is_not_understood_finds_nothing_and_says_why(mine, told):
    for text, sentence in {
        "stage:tirage": "“stage:tirage” is not understood: it may be submit, intake",
        "owner:": "“owner:” wants a word behind it",
        "opened:yesterday": "“opened:yesterday” is no time: write",
        "a or -b or -c or -d or -e": "Words stand in more than 4 places of it",
    }.items():
        page = told(text)
        assert sentence in page
        assert mine.title not in page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("onwer:me", "owner%3Ame"), ("nightly (-onwer:me or x)", "nightly+%28-owner%3Ame+or+x%29")],
)
def test_a_slip_of_the_finger_is_mended_by_one_click(mine, told, typed, meant):
    page = told(typed)
    assert f'There is no “onwer:”. Did you mean “<a href="/desk/queue/?q={meant}">owner:</a>”?' in page
    assert mine.title not in page


def test_a_view_is_a_query_one_can_go_on_from(mine, told):
    page = told("is:open owner:me")
    assert 'value="is:open owner:me"' in page
    assert re.search(r'aria-current="page">Mine', page)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"',
        "(((",
        ")))",
        "-",
        "- -",
        "or or",
        "or",
        '-"',
        "(or)",
        "owner:,",
        "is:",
        "a:b:c",
        "https://x.example/?a=(b)",
    ],
)
def test_no_text_is_an_error(mine, told, text):
    assert "Queue" in told(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet=string.ascii_letters + ' :"()-<>,~09\x00é', max_size=40),
    name=st.sampled_from(["q", "view", "after", "stage", "account", "removed"]),
)
def test_whatever_stands_in_the_address_is_answered(mine, sam, at_the_desk, text, name):
    desk = at_the_desk(sam)
    for page in ("", "completion/", "terms/0/"):
        assert desk.get(f"/desk/queue/{page}", {"q": "owner:me or realm:data", name: text}).status_code == 200
