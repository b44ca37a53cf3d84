"""A program of Ada's keeps colleagues and teams."""

import pytest

from tandem.people.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(by_api, ada):
    return by_api(ada)


def put(program, address: str, told: dict):
    return program.put(f"/api/v1/{address}", told, "application/json")


def post(program, address: str, told: dict | None = None):
    return program.post(f"/api/v1/{address}", told or {}, "application/json")


def test_a_colleague_from_the_welcome_to_the_return(program, support, platform, worker, mailoutbox):
    told = {"name": "Kim Roy", "email": "kim@tandem.example", "role": "support", "teams": ["support"]}
    kim = post(program, "people", told).json()
    assert (kim["role"], kim["teams"], kim["is_active"], kim["came_in_at"]) == ("support", ["support"], True, None)
    worker()
    assert mailoutbox[0].to == ["kim@tandem.example"]

    one = f"people/{kim['id']}"
    assert put(program, one, {"name": "Kim R.", "role": "engineer", "teams": ["platform"]}).status_code == 204
    assert post(program, f"{one}/way-in").status_code == 204
    assert post(program, f"{one}/retirement").status_code == 204
    changed = program.get(f"/api/v1/{one}").json()
    assert (changed["name"], changed["role"], changed["teams"]) == ("Kim R.", "engineer", ["platform"])
    assert not changed["is_active"]
    assert program.delete(f"/api/v1/{one}/retirement").status_code == 204
    assert User.objects.get(pk=kim["id"]).is_active


def test_refusals_are_sentences(program, ada, ana, sam):
    kim = {"name": "Kim Roy", "email": "ana@northwind.example", "role": "support"}
    for told, status, sentence in (
        (kim, 409, "This address is a customer's."),
        (kim | {"email": "sam@tandem.example"}, 409, "Sam Okafor has this address already."),
        (kim | {"email": "kim@tandem.example", "teams": ["night"]}, 422, "There is no team of that short name."),
    ):
        answer = post(program, "people", told)
        assert (answer.status_code, answer.json()["title"][: len(sentence)]) == (status, sentence)
    one = f"people/{ada.pk}"
    assert "cannot retire yourself" in post(program, f"{one}/retirement").json()["title"]
    answer = put(program, one, {"name": "Ada Novak", "role": "support", "teams": []})
    assert "Nobody could administer any more" in answer.json()["title"]
    assert program.get(f"/api/v1/people/{ana.pk}").status_code == 404


def test_a_list_is_asked_for_by_a_part_of_a_name_and_goes_on_by_its_cursor(program, ana, sam, erin):
    assert [one["name"] for one in program.get("/api/v1/people?q=OKA").json()["items"]] == ["Sam Okafor"]

    first = program.get("/api/v1/people?limit=2").json()
    rest = program.get("/api/v1/people", {"limit": 2, "cursor": first["next"]}).json()

    assert {one["name"] for one in first["items"] + rest["items"]} == {"Ada Novak", "Sam Okafor", "Erin Haas"}
    assert rest["next"] is None


def test_what_sam_holds(program, case, sam, max):
    case.assignments.give("customer", to=sam, by=max)

    held = program.get(f"/api/v1/people/{sam.pk}/held").json()

    assert [one["many"] for one in held] == [1, 1, 0, 0]


def test_a_team_from_its_making_to_its_end(program, sam, ada):
    made = post(program, "teams", {"name": "Night shift", "kind": "support", "members": [sam.email]}).json()
    assert made == {"slug": "night-shift", "name": "Night shift", "kind": "support", "members": [sam.email]}

    told = {"name": "Late shift", "members": [ada.email]}
    assert put(program, "teams/night-shift", told).status_code == 204
    assert {"name": "Late shift", "members": [ada.email]}.items() <= program.get("/api/v1/teams").json()[0].items()
    assert put(program, "teams/night-shift", told | {"members": ["nobody@x.example"]}).status_code == 422
    assert program.delete("/api/v1/teams/night-shift").status_code == 204
    assert not Team.objects.filter(slug="night-shift").exists()


def test_only_an_administrators_program_may(by_api, max, sam):
    program = by_api(max)
    assert [team["slug"] for team in program.get("/api/v1/teams").json()] == ["support"]

    for answer in (
        program.get("/api/v1/people"),
        program.get(f"/api/v1/people/{sam.pk}"),
        program.get(f"/api/v1/people/{sam.pk}/held"),
        post(program, "people", {"name": "Kim", "email": "kim@tandem.example", "role": "support"}),
        post(program, f"people/{sam.pk}/retirement"),
        post(program, "teams", {"name": "Night shift", "kind": "support"}),
        program.delete("/api/v1/teams/support"),
    ):
        assert answer.status_code == 403
