import pytest

from tandem.intake import realms
from tandem.intake.known import KNOWN

SHIPPED = ["web", "mobile", "data", "api", "device"]

pytestmark = pytest.mark.django_db


def test_there_are_five_realms():
    assert [realm.slug for realm in realms.all()] == SHIPPED


@pytest.mark.parametrize("slug", SHIPPED)
def test_a_realm_explains_itself(slug):
    realm = realms.get(slug)

    assert realm.about
    assert len(realm.examples) >= 2


@pytest.mark.parametrize("slug", SHIPPED)
def test_the_lines_of_a_realm_are_whole(slug):
    found = realms.lines(slug)
    keys = [line.key for line in found]
    assert len(keys) == len(set(keys))
    for line in found:
        assert line.label
        assert line.kind in ("text", "number", "choice", "version", "browser")
        assert line.measured_by in ("none", "account", "environment", "form")
        assert bool(line.choices) == (line.kind == "choice")
        assert line.ask or line.measured_by != "none"
        assert not line.ask or line.ask.endswith(("?", "."))
        line.differ.format(told="1", measured="2")


def test_what_a_report_asks_is_a_line_of_its_realm():
    assert {"version", "seen", "since", "affected"} <= {line.key for line in realms.lines("web")}
    assert realms.line("web", "version").differ


def test_a_line_that_is_measured_has_somebody_who_measures_it():
    lines = [line for realm in realms.all() for line in realm.lines]
    measured = {line.key for line in lines if line.measured_by in ("account", "environment")}
    assert measured == set(KNOWN)


def test_before_its_realm_is_known_a_case_has_the_common_lines():
    assert {line.key for line in realms.lines("")} < {line.key for line in realms.lines("web")}


def test_a_program_reads_the_realms(sam, by_api):
    found = by_api(sam).get("/api/v1/realms").json()

    assert [realm["slug"] for realm in found] == SHIPPED
    assert found[0]["lines"][0]["ask"]
