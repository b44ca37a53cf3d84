"""A pipeline tells what it deployed, and a case knows what became another version just before."""

from datetime import timedelta

import pytest

from tandem.kit import clock
from tandem.kit.errors import NotAllowed
from tandem.signals.models.deploy import NotYet, NoVersion


@pytest.fixture
def tells(exports, erin, by_api):
    """Erin's pipeline: `tells(version="4.4")`."""

    def tell(**told):
        return by_api(erin).post("/api/v1/deploys", {"component": "exports", **told}, content_type="application/json")

    return tell


def test_a_pipeline_tells_of_a_deploy_and_what_ran_before_is_known(tells, by_api, erin, sam):
    tells(version="4.3", before="4.2")
    told = tells(version="4.4", link="https://ci.example/runs/7")

    assert told.status_code == 201
    first, *_others = by_api(sam).get("/api/v1/deploys").json()
    assert (first["component"], first["before"], first["version"]) == ("exports", "4.3", "4.4")
    assert (first["told_by"], first["environment"]) == ("Erin Haas", None)


def test_told_again_it_is_the_same_deploy(tells, exports):
    once, again = tells(version="4.4").json(), tells(version="4.4").json()

    assert once["id"] == again["id"]
    assert exports.deploys.count() == 1


def test_what_is_told_late_again_is_known_by_its_name(tells, exports):
    """The step that tells 4.3 is repeated after 4.4 was told, and says another time."""
    first = tells(version="4.3", once="run-7").json()
    tells(version="4.4", once="run-8")

    again = tells(version="4.3", once="run-7").json()
    earlier = tells(version="4.3", once="run-7", at=(clock.now() - timedelta(hours=1)).isoformat()).json()

    assert first["id"] == again["id"] == earlier["id"]
    assert [(deploy.before, deploy.version) for deploy in exports.deploys.all()] == [("4.3", "4.4"), ("", "4.3")]


def test_the_same_name_elsewhere_is_another_deploy(tells, exports, production):
    tells(version="4.3", once="run-7")
    tells(version="4.3", once="run-7", environment=production.pk)

    assert exports.deploys.count() == 2


def test_who_goes_back_to_what_ran_before_tells_another_deploy(tells, exports):
    tells(version="4.3", once="run-7")
    tells(version="4.4", once="run-8")
    tells(version="4.3", once="run-9")

    assert [deploy.version for deploy in exports.deploys.all()] == ["4.3", "4.4", "4.3"]


def test_the_version_that_runs_told_under_a_second_name_is_the_same_deploy_by_either(tells, exports):
    by_hand = tells(version="4.3").json()
    named = tells(version="4.3", once="run-7").json()
    tells(version="4.4", once="run-8")

    assert tells(version="4.3", once="run-7").json()["id"] == named["id"] == by_hand["id"]


def test_every_name_of_a_deploy_is_kept(tells, exports, production):
    """Three runs told 4.4, one of them twice; when 4.5 runs, each is repeated late."""
    first = tells(version="4.4", once="run-1").json()
    for name in ("run-2", "run-2", "run-3"):
        assert tells(version="4.4", once=name).json()["id"] == first["id"]
    tells(version="4.5", once="run-4")

    for name in ("run-1", "run-2", "run-3"):
        assert tells(version="4.4", once=name).json()["id"] == first["id"]
    assert [deploy.version for deploy in exports.deploys.all()] == ["4.5", "4.4"]
    assert tells(version="4.4", once="run-2", environment=production.pk).json()["id"] != first["id"]


@pytest.mark.parametrize("name", ["run-1", "run-2"])
def test_another_version_under_the_name_of_a_deploy_is_refused(tells, exports, name):
    tells(version="4.4", once="run-1")
    tells(version="4.4", once="run-2")

    answer = tells(version="4.5", once=name)

    assert answer.status_code == 409
    assert "a name of its own" in answer.text
    assert [deploy.version for deploy in exports.deploys.all()] == ["4.4"]


def test_what_is_not_right_is_refused(tells, exports, erin, ana):
    assert tells(version="4.4", at=(clock.now() + timedelta(hours=1)).isoformat()).status_code == 422
    assert tells(version="4.4", component="unknown").status_code == 404
    assert tells(version="4.4", link="javascript:alert(1)").status_code == 422
    assert tells(version="4.4", once="x" * 201).status_code == 422
    with pytest.raises(NoVersion):
        exports.deploys.tell("  ", by=erin)
    with pytest.raises(NotYet):
        exports.deploys.tell("4.4", by=erin, at=clock.now() + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        exports.deploys.tell("4.4", by=ana)


def test_customers_neither_tell_nor_read_deploys(exports, ana, by_api):
    program = by_api(ana)
    told = {"component": "exports", "version": "4.4"}

    assert program.post("/api/v1/deploys", told, content_type="application/json").status_code == 403
    assert program.get("/api/v1/deploys").status_code == 403


def test_a_token_that_may_only_read_tells_nothing(exports, erin, client):
    _row, secret = erin.tokens.issue(name="reader", scopes=["read"])

    answer = client.post(
        "/api/v1/deploys",
        {"component": "exports", "version": "4.4"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert answer.status_code == 403


def test_erin_reads_it_on_the_page_of_the_component(tells, erin, at_the_desk):
    tells(version="4.3")
    tells(version="4.4")

    page = at_the_desk(erin).get("/desk/components/exports/").text
    assert "Deployed lately" in page
    assert "after 4.3" in page
