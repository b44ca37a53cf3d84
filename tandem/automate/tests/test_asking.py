"""Conditions that ask as one asks the queue: `asks("tag:vip")`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tandem.automate.models import NotWritten, Rule, Run
from tandem.automate.tests.rules import NOTE, says, written
from tandem.cases import vocabulary
from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.cases.query import NOBODY, ask, said
from tandem.cases.vocabulary import Answers
from tandem.clocks import rules
from tandem.clocks.models import Calendar, Policy
from tandem.clocks.tests.conftest import holds, targets
from tandem.clocks.tests.walking import of
from tandem.kit import conditions
from tandem.kit.conditions import Wrong
from tandem.organize.models import Field, Tag
from tandem.organize.models.value import asked, standing


def test_a_rule_runs_where_the_queue_would_find_the_case_and_says_what_it_asked(case, max, worker):
    case.taggings.put_on("vip", by=max)
    written(max, condition="""asks("tag:vip -is:late") && !asks('"row 10,001"')""")

    says(case, "It stops.", worker)
    run = Run.objects.get()
    assert run.saw == {'asks("tag:vip -is:late")': True, """asks('"row 10,001"')""": False}

    case.taggings.take_off("vip", by=max)
    says(case, "It still stops.", worker)
    assert Run.objects.count() == 1


def test_a_rehearsal_says_that_it_takes_todays_answer(case, max, worker, at_the_desk):
    Tag.objects.make("vip", by=max)
    says(case, "It stops.", worker)
    rule = written(max, condition='asks("tag:vip") && account.tier == "enterprise" && case.stage != ""', on=False)
    assert rule.current.rehearsals.begin(by=max).hits == 0

    case.taggings.put_on("vip", by=max)
    rehearsal = rule.current.rehearsals.begin(by=max)

    assert rehearsal.hits == case.events.filter(verb="message.received").count()
    page = at_the_desk(max).get(f"/desk/rehearsals/{rehearsal.pk}/").text
    assert "as it is today, not as it was then: account.tier, asks(&#34;tag:vip&#34;)." in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("tag:nothing", "There is no tag “nothing”."),
        ("onwer:sam@tandem.example", "There is no “onwer:”. Did you mean “owner:”?"),
        ("stage:lunch", "“stage:lunch” is not understood"),
        *(
            (query, f"“{query}” is about who asks, and here nobody does: name the person or the team.")
            for query in ("owner:me", "team:mine", "draft:shared", "watching:me", "task:me", "ball:me", "snoozed:me")
        ),
    ],
)
def test_what_the_queue_does_not_understand_or_only_for_a_reader_is_refused(max, erin, query, sentence):
    for understood in (rules.understood, lambda source: vocabulary.understood(source, {})):
        with pytest.raises(Wrong) as wrong:
            understood(f'asks("{query}")')
        assert sentence in wrong.value.sentence
    with pytest.raises(NotWritten, match="The condition is not understood: "):
        written(max, condition=f'case.priority == 1 && asks("{query}")')


def test_a_field_of_a_person_is_asked_for_by_name(max):
    Field.objects.write("approver", by=max, label="Approver", kind="person")

    assert ask("field:approver=me", NOBODY).doubts
    assert not ask("field:approver=erin@tandem.example", NOBODY).doubts


def test_no_word_of_the_language_fails_where_nobody_reads(max, case):
    for word in said():
        for value in (*word.values, "x", "1", ""):
            asked = ask(f"{word.name}:{value}", NOBODY, of_one=True)
            Case.objects.filter(asked.clause, pk=case.pk).exists()


@pytest.mark.parametrize(
    ("source", "place"),
    [("asks(case.title)", (1, 1)), ('true &&\n asks("a" + "b")', (2, 2)), (r'asks("a\"b")', (1, 1))],
)
def test_what_is_asked_must_stand_there(source, place):
    with pytest.raises(Wrong, match="stands in quotes") as wrong:
        vocabulary.understood(source, {"case.title": "text"})
    assert wrong.value.place == place


def test_a_text_and_a_remark_ask_nothing():
    assert conditions.queries_of("""event.text == 'asks("a")' // asks("b")\n && field.asks == "c" && asks("d")""") == [
        "d"
    ]
    assert conditions.queries_of("""asks // what?\n ("a") || .asks("b")""") == ["a", "b"]


def test_the_same_text_means_what_it_means_in_the_queue(case, mallorys_case, sam, max):
    case.taggings.put_on("vip", by=max)
    case.messages.write("The refund is late.", by=sam, audience=Audience.SUPPORT)
    case.messages.write("A lawsuit.", by=max, audience=Audience.RESTRICTED)
    mallorys_case.closures.close(by=sam, reason="not_a_fault")
    for query in (
        *("tag:vip", "-tag:vip", "is:any", "is:closed", "stage:close", "account:globex or refund", "refund late"),
        *(
            "-refund",
            "is:breached",
            "due:none",
            "parent:none",
            "task:none",
            "lawsuit",
            str(case.number),
            "nothing at all",
        ),
    ):
        found = set(Case.objects.filter(ask(query, sam).clause).values_list("pk", flat=True))
        assert {one.pk for one in (case, mallorys_case) if Answers([case, mallorys_case]).to(one, query)} == found, (
            query
        )


def test_it_is_one_look_at_one_case_by_its_key(case, max):
    case.taggings.put_on("vip", by=max)
    for query, most in (("refund", 1), ("stage:triage ball:support", 1), ("tag:vip", 2)):
        with CaptureQueriesContext(connection) as looks:
            Answers([case]).to(case, query)
        assert len(looks) <= most
        assert f'"cases_case"."id" IN ({case.pk})' in looks[-1]["sql"]


def test_what_is_not_understood_any_more_is_never_true(case, max, worker):
    case.taggings.put_on("vip", by=max)
    written(max, condition='!asks("tag:vip") || case.title != ""')
    case.taggings.take_off("vip", by=max)
    tag = case.taggings.first().tag
    tag.retire(by=max)
    tag.__class__.objects.filter(pk=tag.pk).update(name="gone")

    says(case, "Hello?", worker)

    assert not Run.objects.exists()


def test_a_case_that_was_merged_is_asked_of_where_it_is_read_on(case, mallorys_case, sam, max):
    mallorys_case.taggings.put_on("vip", by=max)
    Case.objects.filter(pk=case.pk).update(merged_into=mallorys_case)

    case.refresh_from_db()
    assert Answers([case]).to(case, "tag:vip")


def test_its_own_acts_do_not_set_it_off_again_through_what_it_asks(case, max, worker):
    tag = {"act": "tag", "with": {"name": "vip"}}
    case.taggings.put_on("vip", by=max)
    case.taggings.take_off("vip", by=max)
    written(max, condition='asks("-tag:vip")', when="message.received", acts=[tag, NOTE])
    written(
        max,
        name="Off",
        condition='asks("tag:vip")',
        when="tag.put_on",
        acts=[{"act": "untag", "with": {"name": "vip"}}],
    )

    says(case, "One.", worker)

    assert Run.objects.count() == 2
    assert Rule.objects.on().count() == 2


def test_a_policy_and_a_field_ask_too_and_no_policy_asks_for_its_own_clocks(case, max, at_the_desk):
    Tag.objects.make("vip", by=max)
    Field.objects.write("cause", by=max, label="Cause", kind="text", applies_if='asks("tag:vip")')
    assert not holds('asks("tag:vip")', case)
    case.taggings.put_on("vip", by=max)

    assert holds('asks("tag:vip")', case)
    assert [field.key for field in asked(case, standing(case))] == ["cause"]
    for query in ("due:late", "-is:breached"):
        with pytest.raises(Wrong, match="which of them run is what this decides"):
            rules.understood(f'asks("{query}")')
    refused = at_the_desk(max).post("/desk/fields/condition/check/", {"applies_if": 'asks("owner:me")'}).text
    assert "is about who asks" in refused


BOTH = 'field.plan == "Gold" || asks("tag:vip team:platform refund")'


@pytest.fixture
def both(max, platform):
    Tag.objects.make("vip", by=max)
    Field.objects.write("plan", by=max, label="Plan", kind="choice", choices=["Gold", "Silver"])


def test_a_rehearsal_looks_as_often_for_many_lines_as_for_one(case, mallorys_case, max, both):
    def looked(condition):
        rule = written(max, name=f"Rule {Rule.objects.count()}", condition=condition, on=False)
        with CaptureQueriesContext(connection) as looks:
            rule.current.rehearsals.begin(by=max)
        assert any("fieldvalue" in look["sql"] for look in looks) is ("field." in condition)
        return len(looks)

    def say(one):
        one.messages.write("It stops.", by=one.reporter, audience=Audience.CUSTOMER)

    say(case)
    conditions = (BOTH, "case.priority == 1", 'asks("tag:vip")')
    before = [looked(condition) for condition in conditions]
    for one in [case, mallorys_case] * 5:
        say(one)

    assert [looked(condition) for condition in conditions] == before
    assert before[0] <= before[1] + 9


def test_the_fields_of_a_case_ask_the_same_once(case, max, sam, both):
    def looked():
        with CaptureQueriesContext(connection) as looks:
            asked(case, {})
        return len(looks)

    Field.objects.write("cause", by=max, label="Cause", kind="text", applies_if=f"{BOTH} || case.team == 'x'")
    before = looked()
    for n in range(5):
        Field.objects.write(f"more_{n}", by=max, label=f"More {n}", kind="text", applies_if=BOTH)

    assert looked() == before


def test_a_condition_that_is_not_understood_any_more_says_so_wherever_one_reads_of_it(case, max, both, at_the_desk):
    rule = written(max, condition=BOTH)
    office = Calendar.objects.write(name="Office", hours=of("09:00-17:00", zone="UTC"), by=max)
    told = {"of": "case", "calendar": office, "targets": targets(), "by": max}
    policy = Policy.objects.write(name="Gold", rule='asks("tag:vip") || case.priority == 1', **told)
    Field.objects.write("cause", by=max, label="Cause", kind="text", applies_if='field.plan == "Gold"')
    lists = "/desk/automation/", "/desk/policies/", "/desk/fields/"
    pages = f"/desk/rules/{rule.pk}/", f"/desk/policies/{policy.pk}/", "/desk/fields/cause/"
    desk = at_the_desk(max)
    assert not any("As it stands" in desk.get(path).text for path in (*lists, *pages))

    Tag.objects.update(name="gone")
    Field.objects.get(key="plan").retire(by=max)

    for path, why in zip([*lists, *pages], ["there is no", "There is no tag “vip”", "there is no"] * 2, strict=True):
        page = desk.get(path).text
        assert why in page
        assert "As it stands it is never true" in page


def test_a_list_of_rules_looks_no_oftener_for_many_that_ask_the_same(case, max, both, at_the_desk):
    desk = at_the_desk(max)

    def looked():
        desk.get("/desk/automation/")
        with CaptureQueriesContext(connection) as looks:
            desk.get("/desk/automation/")
        return len(looks)

    written(max, condition=BOTH, on=False)
    before = looked()
    for n in range(4):
        written(max, name=f"{n}", condition=f"{BOTH} || case.priority == {n}", on=False)

    assert looked() == before


def test_a_tag_that_is_called_otherwise_switches_nothing_off(case, max, worker):
    case.taggings.put_on("vip", by=max)
    tag = Tag.objects.get()
    written(max, condition='asks("tag:vip")')

    tag.change(by=max, name="key-account", kind=tag.kind)

    says(case, "It stops.", worker)
    assert Run.objects.exists()
    assert holds('case.ball == "nobody" || asks("tag:vip")', case)
