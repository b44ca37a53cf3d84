"""The whole way of Ana's problem, by API alone: six people with a token each, and what the others may not see on the way."""

from datetime import timedelta
from typing import Any

import pytest

from tandem.kit import clock


class Program:
    """A program acting for one person; every answer but the expected is told whole."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, expect: int = 200) -> Any:
        return self._checked(self.client.get(f"/api/v1{path}"), expect)

    def post(self, path: str, body: dict | list | None = None, expect: tuple[int, ...] = (200, 201, 204)) -> Any:
        return self._checked(self.client.post(f"/api/v1{path}", body or {}, "application/json"), *expect)

    def put(self, path: str, body: dict) -> Any:
        return self._checked(self.client.put(f"/api/v1{path}", body, "application/json"), 200, 204)

    def patch(self, path: str, body: dict) -> Any:
        return self._checked(self.client.patch(f"/api/v1{path}", body, "application/json"), 200, 204)

    @staticmethod
    def _checked(answer: Any, *expect: int) -> Any:
        assert answer.status_code in expect, f"{answer.status_code} {answer.content.decode()}"
        return answer.json() if answer.content else None


@pytest.fixture
def programs(by_api, ana, mallory, sam, erin, max, ada) -> dict[str, Program]:
    people = {"ana": ana, "mallory": mallory, "sam": sam, "erin": erin, "max": max, "ada": ada}
    return {name: Program(by_api(person)) for name, person in people.items()}


def test_the_whole_way(programs, production, platform, worker, client):
    ana, sam, erin = programs["ana"], programs["sam"], programs["erin"]
    in_hours = lambda hours: (clock.now() + timedelta(hours=hours)).isoformat()  # noqa: E731

    # submit
    number = ana.post(
        "/cases",
        {
            "title": "Nightly export stops at row 10,000",
            "body": "It ends after 10,000 rows, no error.",
            "environment": production.name,
        },
    )["number"]
    worker()
    case = f"/cases/{number}"
    strangers(programs, number)
    assert sam.get(case)["stage"] == "intake"

    # intake: told beside measured, read back, confirmed and corrected
    ana_facts = {"version": "4.1", "expected_rows": "48,210", "job": "nightly-export", "last_good_run": "Monday"}
    for key, value in ana_facts.items():
        sam.post(f"{case}/facts", {"key": key, "value": value, "source": "told"})
    version = next(row for row in sam.get(f"{case}/facts")["rows"] if row["key"] == "version")
    assert (version["told"], version["measured"], version["differ"]) == ("4.1", "4.3", True)
    readback = sam.post(f"{case}/readbacks")
    verdicts = [{"line": line["id"], "verdict": "right", "correction": ""} for line in readback["lines"]]
    ana.post(f"{case}/readbacks/{readback['version']}/answer", verdicts)

    # triage
    sam.post(f"{case}/assessments", {"impact": 4, "urgency": 5, "realm": "data"})
    sam.post(f"{case}/assignments", {"part": "customer", "to": "sam@tandem.example"})
    sam.post(f"{case}/updates", {"body": "We are on it.", "kind": "acknowledgment", "promise_at": in_hours(4)})
    assert ana.get(case)["next_update_at"] is not None

    # investigate
    sam.post(f"{case}/assignments", {"part": "technical", "to": "sam@tandem.example"})
    sam.post(f"{case}/investigation")
    sam.post(f"{case}/attempts", {"what": "Rebuilt the index", "outcome": "no_effect", "still_in_place": True})
    ana.get(f"{case}/attempts", expect=403)

    # escalate: returned once, then accepted, answered and handed back
    first = sam.post(f"{case}/escalations", {"team": "platform", "asking": "Why does it stop?"})
    programs["max"].get(f"/escalations/{first['id']}")
    ana.get(f"/escalations/{first['id']}", expect=404)
    erin.post(f"/escalations/{first['id']}/return", {"reasons": "The run id is missing."})
    sam.post(f"{case}/evidence", {"text": "Run id 8f31", "source": "log"})
    second = sam.post(f"{case}/escalations", {"team": "platform", "asking": "Why does it stop, run 8f31?"})
    erin.post(f"/escalations/{second['id']}/acceptance")
    assert sam.get(case)["technical_owner"]["name"] == "Erin Haas"
    way = {"steps": "Export by week", "expires_at": in_hours(72), "promise_at": in_hours(20)}
    sam.post(f"{case}/workarounds", way)
    erin.post(f"{case}/attempts", {"what": "Recalculated the statistics", "outcome": "helped", "still_in_place": True})
    erin.post(
        f"/escalations/{second['id']}/hand-back", {"cause": "Stale statistics.", "tell_customer": "We refreshed them."}
    )

    # resolve: ours first, then the customer's
    resolution = sam.post(
        f"{case}/resolutions",
        {"words": "We refreshed the statistics.", "changed": "Nightly refresh", "cause": "Stale statistics"},
    )
    one = f"{case}/resolutions/{resolution['id']}"
    sam.post(f"{one}/question", expect=(409,))
    sam.post(f"{one}/checks", {"verdict": "works", "how": "Ran it: 48,210 rows."})
    sam.post(f"{one}/question")
    sam.post(f"{case}/closures", {"reason": "fixed_confirmed"}, expect=(409,))
    ana.post(f"{one}/answers", {"verdict": "works"})

    # close, rate, learn
    sam.post(f"{case}/closures", {"reason": "fixed_confirmed"})
    ana.post(f"{case}/closures/standing/ratings", {"stars": 5})
    worker()
    draft = sam.get("/articles")["items"][0]
    sam.post(f"/articles/{draft['id']}/review")
    programs["max"].post(f"/articles/{draft['id']}/publication", {"names_are_harmless": True})
    assert draft["title"] in client.get("/help/", {"q": "export rows"}).content.decode()
    strangers(programs, number)
    verbs = [event["verb"] for event in sam.get(f"{case}/events?limit=100")["items"]]
    assert [verb for verb in verbs if verb.startswith("escalation.")] == [
        "escalation.requested",
        "escalation.returned",
        "escalation.requested",
        "escalation.accepted",
        "escalation.handed_back",
    ]


def strangers(programs: dict[str, Program], number: int) -> None:
    """Mallory finds none of it, at any step."""
    for path in ("", "/messages", "/events", "/facts", "/readbacks", "/updates", "/closures"):
        programs["mallory"].get(f"/cases/{number}{path}", expect=404)
    assert programs["mallory"].get("/cases")["items"] == []


def test_a_create_repeated_with_its_key_happens_once(by_api, ana, production):
    program = by_api(ana)
    told = {"title": "It stops", "body": "At row 10,000."}
    ask = lambda body, key: program.post("/api/v1/cases", body, "application/json", headers={"Idempotency-Key": key})  # noqa: E731

    first, again = ask(told, "a"), ask(told, "a")

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert ask({**told, "title": "Another"}, "a").status_code == 422
    assert len(program.get("/api/v1/cases").json()["items"]) == 1


def test_a_reading_token_does_not_act_and_no_token_does_nothing(client, by_api, ana):
    told = {"title": "It stops", "body": "At row 10,000."}

    refused = by_api(ana, scopes=["read"]).post("/api/v1/cases", told, "application/json")
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "write" in refused.json()["title"]
    assert client.post("/api/v1/cases", told, "application/json").status_code == 401


def test_pages_follow_each_other_by_cursor(by_api, ana, sam):
    from tandem.cases.models import Case

    made = [Case.objects.open_for(ana, title=f"Case {n}").number for n in range(5)]
    program, seen, cursor = by_api(sam), [], ""
    while cursor is not None:
        page = program.get(f"/api/v1/cases?limit=2{'&cursor=' + cursor if cursor else ''}").json()
        seen += [case["number"] for case in page["items"]]
        cursor = page["next"]

    assert seen == sorted(made, reverse=True)
