"""Cases led down their road through the API of a running Tandem, for tests that look at them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

Api = Callable[[str], httpx.Client]


def reported(api: Api, *, title: str = "Nightly export stops at row 10,000") -> int:
    """The number of a case Ana reports."""
    told = {"title": title, "body": "Since this morning it ends after 10,000 rows.", "environment": "production"}
    return _post(api, "ana", "cases", told)["number"]


def read_back(api: Api) -> int:
    number = reported(api)
    for key, value in {"version": "4.1", "expected_rows": "48,210"}.items():
        _post(api, "sam", f"cases/{number}/facts", {"key": key, "value": value, "source": "told"})
    _post(api, "sam", f"cases/{number}/readbacks")
    return number


def judged(api: Api, *, title: str = "Nightly export stops at row 10,000") -> int:
    number = reported(api, title=title)
    case = f"cases/{number}"
    for key, value in {"job": "nightly-export", "last_good_run": "Monday night"}.items():
        _post(api, "sam", f"{case}/facts", {"key": key, "value": value})
    _post(api, "sam", f"{case}/assessments", {"impact": 4, "urgency": 5, "realm": "data"})
    _post(api, "sam", f"{case}/assignments", {"part": "customer", "to": "sam@tandem.example"})
    _post(api, "sam", f"{case}/updates", {"body": "We are on it.", "kind": "acknowledgment", "promise_at": in_hours(4)})
    return number


def investigated(api: Api) -> int:
    number = judged(api)
    case = f"cases/{number}"
    _post(api, "sam", f"{case}/assignments", {"part": "technical", "to": "sam@tandem.example"})
    _post(api, "sam", f"{case}/investigation")
    _post(api, "sam", f"{case}/hypotheses", {"text": "The statistics of the table are stale."})
    _post(api, "sam", f"{case}/evidence", {"text": "Run 8f31 ends at row 10,000.", "source": "log"})
    told = {"what": "Rebuilt the index", "outcome": "no_effect", "still_in_place": True}
    _post(api, "sam", f"{case}/attempts", told)
    _post(api, "sam", f"{case}/messages", {"body": "Who knows the export job?", "audience": "support"})
    return number


def endless(api: Api) -> int:
    """A case on which everything is one long word."""
    word = "x" * 300
    number = judged(api, title=word[:200])
    case = f"cases/{number}"
    told = {"key": "endless", "value": word, "label": word[:80]}
    _post(api, "sam", f"{case}/facts", told)
    _post(api, "sam", f"{case}/facts", told | {"key": "version", "value": word, "source": "told"})
    _post(api, "sam", f"{case}/assignments", {"part": "technical", "to": "sam@tandem.example"})
    _post(api, "sam", f"{case}/investigation")
    _post(api, "sam", f"{case}/hypotheses", {"text": word})
    _post(api, "sam", f"{case}/evidence", {"text": word, "source": word[:80]})
    _post(api, "sam", f"{case}/attempts", {"what": word, "outcome": "no_effect", "still_in_place": True})
    _post(api, "sam", f"{case}/messages", {"body": word, "audience": "support"})
    _post(api, "ana", f"{case}/messages", {"body": word, "audience": "customer"})
    _post(api, "sam", f"{case}/questions", {"questions": [{"text": word}]})
    _post(api, "sam", f"{case}/tasks", {"text": word[:200]})
    _post(api, "sam", f"{case}/escalations", {"team": "platform", "asking": word})
    return number


def hidden(api: Api, number: int) -> int:
    """The password Erin noted on a case, covered."""
    _post(api, "erin", f"cases/{number}/messages", {"body": "password: hunter2!Sommer", "audience": "support"})
    return api("sam").get(f"cases/{number}/secrets").json()[-1]["id"]


def escalated(api: Api) -> tuple[int, int]:
    """The number of the case, and the escalation Erin accepted."""
    number = investigated(api)
    asked = _post(api, "sam", f"cases/{number}/escalations", {"team": "platform", "asking": "Why does it stop?"})
    _post(api, "erin", f"escalations/{asked['id']}/acceptance")
    return number, asked["id"]


def asked_to_verify(api: Api) -> int:
    number, escalation = escalated(api)
    case = f"cases/{number}"
    card = {"cause": "Stale statistics.", "tell_customer": "We refreshed them."}
    _post(api, "erin", f"escalations/{escalation}/hand-back", card)
    way = {"steps": "Export by week.", "expires_at": in_hours(72), "promise_at": in_hours(20)}
    _post(api, "sam", f"{case}/workarounds", way)
    words = {"words": "We refreshed the statistics.", "changed": "Nightly refresh", "cause": "Stale statistics"}
    one = f"{case}/resolutions/{_post(api, 'sam', f'{case}/resolutions', words)['id']}"
    _post(api, "sam", f"{one}/checks", {"verdict": "works", "how": "Ran it: 48,210 rows."})
    _post(api, "sam", f"{one}/question")
    return number


def closed(api: Api) -> int:
    number = asked_to_verify(api)
    case = f"cases/{number}"
    resolution = api("sam").get(f"{case}/resolutions").json()
    newest = (resolution["items"] if isinstance(resolution, dict) else resolution)[0]["id"]
    _post(api, "ana", f"{case}/resolutions/{newest}/answers", {"verdict": "works"})
    _post(api, "sam", f"{case}/closures", {"reason": "fixed_confirmed"})
    return number


def published(api: Api) -> int:
    told = {
        "title": "Export stops early",
        "symptom": "The file ends too soon.",
        "resolution": "Refresh the statistics.",
    }
    article = _post(api, "max", "articles", told)["id"]
    _post(api, "max", f"articles/{article}/publication", {"names_are_harmless": True})
    return article


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def _post(api: Api, who: str, path: str, told: Any = None) -> Any:
    answer = api(who).post(path, json=told or {})
    return answer.json() if answer.content else None
