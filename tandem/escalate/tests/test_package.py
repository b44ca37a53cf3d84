import json

import pytest

from tandem.cases.audience import Audience
from tandem.escalate import package
from tandem.escalate.models import Escalation
from tandem.intake.models import LineVerdict, Source
from tandem.investigate.models import Outcome


@pytest.fixture
def known(owned, ana, sam, erin, production):
    """All that a complete package needs, but an attempt."""
    owned.assessments.judge(impact=4, urgency=5, realm="data", by=sam)
    owned.facts.note("version", "4.1", by=ana)
    owned.facts.note("version", "4.3", by=sam, source=Source.MEASURED)
    readback = owned.readbacks.share(by=sam)
    readback.answer({line.pk: (LineVerdict.RIGHT, "") for line in readback.lines.all()}, by=ana)
    cap = owned.hypotheses.propose("A limit in the export's paging", by=erin)
    owned.evidence.note("10,000 rows in every run", source="export log", hypothesis=cap, by=erin)
    return owned


def met(told):
    return {row["key"] for row in told["completeness"] if row["met"]}


def test_a_bare_case_lacks_nearly_everything_and_says_so(owned):
    assert met(package.of(owned)) == {"environment", "version"}


def test_a_known_case_lacks_an_attempt_and_the_question(known):
    assert met(package.of(known)) == {"read_back", "impact", "environment", "version", "evidence"}


def test_a_reason_why_nothing_was_tried_is_as_good_as_an_attempt(known, sam, platform):
    raised = known.escalations.raise_to(platform, by=sam, asking="Why?", untried="We may not touch production.")

    assert raised.missing == []


def test_what_did_not_help_travels_too(known, ana, erin, sam, platform):
    known.facts.hear({"job": "nightly-export", "last_good_run": "Monday"}, by=ana)
    known.attempts.note("Rebuilt the index", outcome=Outcome.NO_EFFECT, still_in_place=True, by=erin)

    raised = known.escalations.raise_to(platform, by=sam, asking="Why?")

    assert raised.missing == []
    [attempt] = raised.package["attempts"]
    assert (attempt["what"], attempt["outcome"], attempt["still_in_place"]) == ("Rebuilt the index", "no_effect", True)


def test_it_carries_words_impact_facts_with_contradictions_promise_and_owner(known, sam, platform):
    told = known.escalations.raise_to(platform, by=sam, asking="Is data lost, yes or no?").package

    assert told["problem"]["words"].startswith("Since this morning the export ends")
    assert told["impact"]["realm"] == "Data pipeline"
    [version] = [row for row in told["facts"] if row["key"] == "version"]
    assert (version["told"], version["measured"], version["differ"]) == ("4.1", "4.3", True)
    assert told["read_back"]["by"] == "Ana"
    assert told["hypotheses"][0]["text"] == "A limit in the export's paging"
    assert told["evidence"][0]["source"] == "export log"
    assert told["customer_owner"] == "Sam Okafor"
    known.refresh_from_db()
    assert told["next_update_at"] == (known.next_update_at and known.next_update_at.isoformat())


def test_the_configuration_travels_with_what_changed_in_it(owned, sam, platform, production):
    production.snapshots.create(content={"export.page": 5000, "region": "eu", "old": True})
    production.snapshots.create(content={"export.page": 10000, "region": "eu", "limits": {"rows_at": "none"}})

    told = owned.escalations.raise_to(platform, by=sam, asking="Why?").package["environment"]

    assert {"name": "export.page", "value": "10000"} in told["configuration"]
    assert told["changes"] == [
        {"label": "export.page", "before": "5000", "after": "10000"},
        {"label": "limits", "before": None, "after": '{"rows_at": "none"}'},
        {"label": "old", "before": "true", "after": None},
    ]
    package.read(owned.escalations.get().package)


def test_nothing_restricted_travels(known, max, sam, platform):
    known.evidence.note("A password in the log", audience=Audience.RESTRICTED, by=max)
    known.messages.write("Secret plan", by=max, audience=Audience.RESTRICTED)

    told = json.dumps(known.escalations.raise_to(platform, by=sam, asking="Why?").package)

    assert "password" not in told
    assert "Secret plan" not in told


def test_it_never_changes_afterwards(known, sam, erin, platform):
    raised = known.escalations.raise_to(platform, by=sam, asking="Why?")
    before = Escalation.objects.get().package

    known.attempts.note("Rebuilt the index", outcome=Outcome.NO_EFFECT, by=erin)
    raised.accept(by=erin)

    assert Escalation.objects.get().package == before
    assert before["attempts"] == []


def test_it_is_read_with_times_and_words(known, sam, platform):
    told = package.read(known.escalations.raise_to(platform, by=sam, asking="Why?").package)

    assert told["problem"]["opened_at"] == known.opened_at
    assert (told["met"], len(told["checks"])) == (6, 7)
    assert [check["text"] for check in told["checks"] if not check["done"]] == ["Something tried, or a reason why not"]


def test_a_case_of_nobody_s_environment_travels_too(mallorys_case, sam, platform):
    told = mallorys_case.escalations.raise_to(platform, by=sam, asking="Why?").package

    assert (told["environment"], told["impact"], told["problem"]["words"]) == (None, None, "")


def test_it_is_put_together_with_few_queries_whatever_is_known(known, erin, django_assert_max_num_queries):
    for n in range(20):
        known.attempts.note(f"Try {n}", outcome=Outcome.NO_EFFECT, by=erin)
        known.evidence.note(f"Seen {n}", by=erin)
        known.facts.note(f"thing_{n}", "x", by=erin)

    with django_assert_max_num_queries(10):
        package.of(known)
