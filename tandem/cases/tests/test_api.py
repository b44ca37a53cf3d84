"""What programs read of a case, and what of it a customer's program reads."""

import pytest

from tandem.cases.audience import Audience


@pytest.fixture
def told(case, sam):
    """Ana's case with a word to her, a word among us, and steps whose facts name teams and people."""
    case.updates.send("We look at it.", by=sam)
    case.messages.write("She sounded angry.", by=sam, audience=Audience.SUPPORT)
    case.pass_ball("engineering", by=sam, team=sam.teams.get())
    return case


def test_colleagues_read_every_line_with_its_facts(told, sam, by_api):
    lines = by_api(sam).get(f"/api/v1/cases/{told.number}/events").json()["items"]

    assert [line["verb"] for line in lines] == [*told.events.values_list("verb", flat=True)]
    assert {"audience", "facts"} <= lines[-1].keys()
    assert lines[-1]["facts"]["team"] == "Support"


def test_a_customer_reads_what_happened_and_none_of_its_facts(told, ana, by_api):
    answer = by_api(ana).get(f"/api/v1/cases/{told.number}/events")

    shared = told.events.filter(audience=Audience.CUSTOMER).values_list("verb", flat=True)
    assert [line["verb"] for line in answer.json()["items"]] == [*shared]
    assert {*answer.json()["items"][-1]} == {"seq", "verb", "by", "at"}
    assert "Support" not in answer.text


def test_a_customer_reads_what_was_said_to_them(told, ana, by_api):
    answer = by_api(ana).get(f"/api/v1/cases/{told.number}/messages")

    bodies = [message["body"] for message in answer.json()["items"]]
    assert bodies[-1] == "We look at it."
    assert "She sounded angry." not in bodies
    assert {*answer.json()["items"][0]} == {"id", "author", "channel", "body", "created_at", "attachments"}


def test_a_page_is_followed_by_the_next(told, sam, by_api):
    first = by_api(sam).get(f"/api/v1/cases/{told.number}/events?limit=2").json()
    rest = by_api(sam).get(f"/api/v1/cases/{told.number}/events?cursor={first['next']}").json()

    assert [line["seq"] for line in first["items"] + rest["items"]] == [*range(1, told.events.count() + 1)]


def test_programs_of_colleagues_ask_for_cases_as_people_do(told, mallorys_case, sam, ana, by_api):
    def numbers(who, q):
        return [case["number"] for case in by_api(who).get("/api/v1/cases", {"q": q}).json()["items"]]

    assert numbers(sam, "account:northwind ball:engineering") == [told.number]
    assert numbers(sam, "-ball:engineering") == [mallorys_case.number]

    refused = by_api(sam).get("/api/v1/cases", {"q": "stage:tirage"})
    assert refused.status_code == 422
    assert "may be submit, intake" in refused.text
    assert by_api(ana).get("/api/v1/cases", {"q": "owner:none"}).status_code == 422
