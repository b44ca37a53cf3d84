from datetime import timedelta

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Ball
from tandem.kit import clock

JSON = "application/json"


def _address(case, noun: str) -> str:
    return f"/api/v1/cases/{case.number}/{noun}"


def test_sam_sends_an_update_and_reads_whether_it_arrived(case, sam, worker, by_api):
    due = clock.now() + timedelta(hours=4)
    told = {"body": "We found the limit.", "promise_at": due.isoformat(), "waits": True}
    program = by_api(sam)

    answer = program.post(_address(case, "updates"), told, content_type=JSON)
    worker()

    assert answer.status_code == 201
    [update] = program.get(_address(case, "updates")).json()["items"]
    assert (update["body"], update["sent_by"]) == ("We found the limit.", "Sam Okafor")
    assert [(sending["name"], sending["state"]) for sending in update["deliveries"]] == [("Ana Lima", "sent")]
    [promise] = program.get(_address(case, "promises")).json()["items"]
    assert promise["state"] == "standing"
    case.refresh_from_db()
    assert case.ball == Ball.CUSTOMER


def test_a_promise_about_the_past_is_refused_in_a_sentence(case, sam, by_api):
    told = {"due_at": (clock.now() - timedelta(hours=1)).isoformat()}

    answer = by_api(sam).post(_address(case, "promises"), told, content_type=JSON)

    assert answer.status_code == 422
    assert answer.json()["title"] == "A promise is about a time still to come."


@pytest.mark.parametrize(
    ("person", "audience", "status"),
    [
        ("ana", "customer", 201),
        ("ana", "support", 403),
        ("erin", "support", 201),
        ("sam", "restricted", 403),
        ("max", "restricted", 201),
        ("sam", "customer", 403),
        ("mallory", "customer", 404),
    ],
)
def test_who_writes_for_whom(request, case, by_api, person, audience, status):
    told = {"body": "Hello.", "audience": audience}

    answer = by_api(request.getfixturevalue(person)).post(_address(case, "messages"), told, content_type=JSON)

    assert answer.status_code == status


@pytest.mark.parametrize(("person", "status"), [("erin", 403), ("ana", 403), ("mallory", 404)])
def test_who_cannot_speak_to_customers_sends_no_update(request, case, by_api, person, status):
    told = {"body": "Hello."}

    answer = by_api(request.getfixturevalue(person)).post(_address(case, "updates"), told, content_type=JSON)

    assert answer.status_code == status
    assert not case.updates.exists()


def test_a_program_that_says_what_it_has_read_does_not_speak_over_ana(case, sam, ana, by_api):
    case.refresh_from_db()
    seen, address = case.last_seq, f"/api/v1/cases/{case.number}/updates"
    case.messages.write("It is solved, thank you.", by=ana, audience=Audience.CUSTOMER)
    program = by_api(sam)

    refused = program.post(address, {"body": "Try again, please.", "seen": seen}, content_type="application/json")

    assert refused.status_code == 409
    assert "It is solved, thank you." in refused.json()["title"]
    assert not case.updates.exists()
    assert (
        program.post(address, {"body": "Try again.", "seen": seen + 1}, content_type="application/json").status_code
        == 201
    )
