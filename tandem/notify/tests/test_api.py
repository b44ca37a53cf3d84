"""What programs ask about notices, and what they may not."""

import pytest

from tandem.cases.audience import Audience
from tandem.notify import colleagues
from tandem.notify.models import Kind, Notice

JSON = {"content_type": "application/json"}


@pytest.fixture
def told(case, sam, erin, worker):
    worker()
    colleagues.tell(case, erin, by=sam, words="The fix  is live there")
    worker()
    return case


def test_a_colleague_is_told_of_a_case_with_words(told, erin, by_api):
    [notice] = by_api(erin).get("/api/v1/notices").json()
    assert (notice["case"], notice["what"]) == (told.number, "Erin Haas was told: The fix is live there")
    assert (notice["why"], notice["kind"]) == ("Sam Okafor wants you to know", Kind.MENTIONED)


def test_it_is_read(told, erin, by_api):
    program = by_api(erin)
    assert program.post("/api/v1/notices/reading", {"case": told.number}, **JSON).status_code == 204
    assert program.get("/api/v1/notices").json() == []
    assert len(program.get("/api/v1/notices?read=true").json()) == 1


def test_a_program_watches_mutes_and_tells(case, erin, max, worker, by_api):
    program = by_api(erin)
    assert program.put(f"/api/v1/cases/{case.number}/watch").status_code == 204
    assert [row["name"] for row in program.get(f"/api/v1/cases/{case.number}/watchers").json()] == ["Erin Haas"]
    assert program.put(f"/api/v1/cases/{case.number}/mute").status_code == 204
    assert program.get(f"/api/v1/cases/{case.number}/watchers").json() == []
    assert program.delete(f"/api/v1/cases/{case.number}/mute").status_code == 204

    told = program.post(f"/api/v1/cases/{case.number}/tellings", {"who": max.email, "words": "See"}, **JSON)
    assert told.status_code == 204
    worker()
    assert Notice.objects.get(user=max).reason == "told"


def test_preferences(erin, by_api):
    program = by_api(erin)
    program.post("/api/v1/notices/preferences", {"kind": "note", "way": "desk", "wanted": False}, **JSON)
    assert program.get("/api/v1/notices/preferences").json()["note"] == {"desk": False, "push": False, "mail": False}


def test_customers_are_told_nothing_here(case, ana, by_api):
    program = by_api(ana)
    assert program.get("/api/v1/notices").status_code == 403
    assert program.put(f"/api/v1/cases/{case.number}/watch").status_code == 403
    assert not case.watches.exists()


def test_whom_a_note_may_call_is_offered(case, sam, erin, max, platform, at_the_desk):
    browser = at_the_desk(sam)

    def words(q, audience=Audience.SUPPORT):
        found = browser.get(f"/desk/cases/{case.number}/mentions/", {"q": q, "audience": audience}).json()["found"]
        return [each["word"] for each in found]

    assert words("er") == ["erin"]
    assert words("plat") == ["platform"]
    assert words("", Audience.RESTRICTED) == ["max", "platform", "support"]
    assert words("er", Audience.CUSTOMER) == []
