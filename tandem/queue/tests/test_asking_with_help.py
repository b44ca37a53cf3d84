"""Sam is helped to ask: by chips, and by what may follow what was typed."""

import re

import pytest

from tandem.cases.models import Case
from tandem.queue import completion
from tandem.queue.models import SavedView

ABOUT = 'owner:me -ball:customer (realm:data or realm:api) "row 10,000"'


@pytest.fixture
def page(at_the_desk, sam, case):
    return lambda **told: at_the_desk(sam).get("/desk/queue/", told).text


def without(page: str, term: str) -> str:
    """The query that stays when this chip is taken away."""
    from html import unescape
    from urllib.parse import parse_qs, urlsplit

    for href, label in re.findall(r'<a class="chip away" href="([^"]+)" aria-label="([^"]+)"', page):
        if unescape(label) == f"Without {term}":
            return parse_qs(urlsplit(unescape(href)).query)["q"][0]
    raise LookupError(term)


def test_each_term_is_a_chip_that_can_be_taken_away(page):
    shown = page(q=ABOUT)

    assert without(shown, "owner:me") == '-ball:customer (realm:data or realm:api) "row 10,000"'
    assert without(shown, "-ball:customer") == 'owner:me (realm:data or realm:api) "row 10,000"'
    assert without(shown, "realm:data or realm:api") == 'owner:me -ball:customer "row 10,000"'
    assert without(page(q="owner:me"), "owner:me") == "is:open"
    assert "chip away" not in page()


def test_a_chip_can_say_something_else(page, at_the_desk, sam):
    shown = page(q="stage:triage owner:me")
    assert "q=stage%3Aintake+owner%3Ame" in shown
    assert "q=-stage%3Atriage+owner%3Ame" in shown

    more = at_the_desk(sam).get("/desk/queue/terms/1/", {"q": "stage:triage owner:me"}).text
    assert "q=stage%3Atriage+owner%3Asam%40tandem.example" in more
    assert at_the_desk(sam).get("/desk/queue/terms/7/", {"q": "owner:me"}).status_code == 200


def labels(typed: str, actor) -> list[str]:
    return [offer.label for offer in completion.offered(typed, actor)]


def test_words_and_their_values_are_offered(case, sam):
    assert {"owner:", "stage:", "account:"} <= set(labels("", sam))
    assert labels("stag", sam) == ["stage:"]
    assert labels("is:open (-sta", sam) == ["stage:"]
    assert labels("stage:i", sam) == ["intake", "investigate"]
    assert labels("onwer:", sam) == labels('"stage:', sam) == []

    assert [offer.text for offer in completion.offered("is:open -stage:triage,in", sam)] == [
        "is:open -stage:triage,intake ",
        "is:open -stage:triage,investigate ",
    ]


def test_people_accounts_and_realms_are_offered(case, sam, erin):
    assert labels("owner:er", sam) == ["erin@tandem.example"]
    assert labels("account:nor", sam) == ["northwind"]
    assert labels("reporter:ana", sam) == ["ana@northwind.example"]
    assert "web" in labels("realm:w", sam)


def test_teams_tiers_and_installations_are_offered(case, sam, platform, production):
    production.account.environments.create(name="Staging", kind="test")

    assert labels("team:pl", sam) == ["platform"]
    assert labels("team:m", sam) == ["mine"]
    assert labels("tier:en", sam) == ["enterprise"]
    assert labels("environment:sta", sam) == ["staging"]
    assert labels("environment:prod", sam) == ["production"]


def test_a_name_of_several_words_is_offered_as_it_is_read(case, sam, production, page):
    elsewhere = production.account.environments.create(name="Staging, second floor", kind="test")
    Case.objects.filter(pk=case.pk).update(environment=elsewhere)

    [offer] = completion.offered("is:open environment:sta", sam)

    assert offer.text == 'is:open environment:"staging, second floor" '
    assert case.title in page(q=offer.text)
    assert completion.offered("environment:test,sta", sam) == []


def test_views_are_offered_by_name_but_not_those_of_others(case, sam, erin):
    SavedView.objects.save_as("Late exports", text="is:late realm:data", by=sam)

    assert labels("lat", sam) == ["Late exports"]
    assert labels("lat", erin) == []
    assert labels("is:open lat", sam) == []


def test_what_is_offered_is_a_list_of_options(at_the_desk, sam):
    answer = at_the_desk(sam).get("/desk/queue/completion/", {"q": "owner:m"}).text

    assert 'role="option" id="offer-1" aria-selected="false" data-text="owner:me "' in answer
