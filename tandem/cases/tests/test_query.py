"""What people ask for, held against a slow and simple reading of the same words."""

import string
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tandem.cases.journey import Stage
from tandem.cases.models import Ball, Case, Link
from tandem.cases.query import NotUnderstood, ask, asking, language, said
from tandem.cases.query.language import Either, Every, Not, Term
from tandem.kit import clock

NOW = timezone.now().replace(microsecond=0)
LENGTHS = {"<1h": timedelta(hours=1), "<2d": timedelta(days=2), ">3h": timedelta(hours=3), ">1w": timedelta(weeks=1)}

TERMS = [
    *(Term("is", value) for value in ("open", "closed", "merged", "any", "late", "open,closed", "snoozed")),
    *(
        Term(key, value)
        for key in ("owner", "support", "engineer")
        for value in ("me", "none", "erin", "sam@tandem.example")
    ),
    *(Term("ball", value) for value in ("me", *Ball.values)),
    *(Term("stage", value) for value in ("triage", "investigate,close")),
    *(Term("account", value) for value in ("northwind", "none", "Globex")),
    *(Term("reporter", value) for value in ("ana@northwind.example", "Mallory@Globex.example")),
    *(Term("realm", value) for value in ("export", "none")),
    *(Term("priority", value) for value in ("high", "none", "low,critical")),
    *(Term(key, value) for key in ("promise", "due") for value in ("none", "late", *LENGTHS)),
    *(Term(key, value) for key in ("opened", "active", "snoozed", "closed") for value in LENGTHS),
    *(Term("tier", value) for value in ("enterprise", "basic,none")),
    *(Term("environment", value) for value in ("production", "test", "staging", "none")),
    *(Term("team", value) for value in ("mine", "platform", "support")),
    *(Term("parent", value) for value in ("77777", "none")),
    Term("snoozed", "me"),
    Term("watching", "me"),
    *(Term("draft", value) for value in ("me", "shared", "me,shared")),
    *(Term("tag", value) for value in ("none", "slow", "lost,slow")),
    *(Term("task", value) for value in ("me", "late", "open", "none", "me,late")),
    *(Term("field", value) for value in ("plan=gold", "plan=none", "rows>2", "rows<2,plan=gold", "rows=3")),
    *(Term("", value) for value in ("export", "import", "monday")),
]
TREES = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Every(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Either(tuple(nodes))),
    ),
    max_leaves=6,
)


def typed(node) -> str:
    match node:
        case Term():
            return f"{node.key}:{node.value}" if node.key else node.value
        case Not():
            return f"-({typed(node.node)})"
        case Every():
            return "(" + " ".join(map(typed, node.nodes)) + ")"
        case Either():
            return "(" + " or ".join(map(typed, node.nodes)) + ")"


def is_found(case, node, actor) -> bool:
    match node:
        case Term():
            return any(TRUE[node.key](case, value, actor) for value in node.value.split(","))
        case Not():
            return not is_found(case, node.node, actor)
        case Every():
            return all(is_found(case, one, actor) for one in node.nodes)
        case Either():
            return any(is_found(case, one, actor) for one in node.nodes)


def _state(case, value, actor):
    return {
        "open": case.stage != "close" and case.merged_into is None,
        "closed": case.stage == "close",
        "merged": case.merged_into is not None,
        "any": True,
        "snoozed": case.snoozed_until is not None,
        "late": case.next_update_at is not None and case.next_update_at < NOW,
    }[value]


def _person(person, value, actor):
    match value:
        case "none":
            return person is None
        case "me":
            return person == actor
    return person is not None and (person.email == value or value in person.name.lower())


def _time(at, value, *, ahead):
    length = LENGTHS[value] if ahead else -LENGTHS[value]
    before = (value[0] == "<") == ahead
    return at is not None and (at < NOW + length if before else at >= NOW + length)


def _promise(case, value, actor):
    if value == "none":
        return case.next_update_at is None
    return _state(case, "late", actor) if value == "late" else _time(case.next_update_at, value, ahead=True)


def _due(case, value, actor):
    if value in ("none", "late"):
        return case.due_at is None if value == "none" else case.due_at is not None and case.due_at < NOW
    return _time(case.due_at, value, ahead=True)


WROTE = "Since Monday. The export, too."


def _is_written_on(case):
    return case.title.startswith("Login") and case.priority > 1


def _tags(case):
    """`lost` and `gone` mean the same."""
    told = {"slow": case.title.startswith("Import"), "lost": case.priority == 3, "gone": case.priority == 4}
    return {"lost" if name == "gone" else name for name, has in told.items() if has}


def _tasks(case, actor):
    me, late = case.technical_owner == actor, case.priority == 1
    return {name for name, has in {"me": me, "late": late, "open": me or late}.items() if has} or {"none"}


def _fields(case):
    rows, plan = case.number % 4, "gold" if case.stage == "triage" else "none"
    numbers = {"rows=3": rows == 3, "rows>2": rows > 2, "rows<2": rows < 2}
    return {f"plan={plan}", *(name for name, has in numbers.items() if has)}


def _organize(case, by, sam):
    """Give it its tasks and fields, and the tags, of two that mean the same the one or the other."""
    if case.technical_owner == sam:
        case.tasks.plan("Look again", by=by, whom=sam)
    if case.priority == 1:
        case.tasks.plan("Look at once", by=by, due_at=NOW - timedelta(hours=1))
    case.field_values.fill_in({"rows": case.number % 4, "plan": "gold" if case.stage == "triage" else ""}, by=by)
    for name in _tags(case):
        case.taggings.put_on("gone" if name == "lost" and case.priority == 4 else name, by=by)


def _ball(case, value, actor):
    owner = {"support": case.customer_owner, "engineering": case.technical_owner}.get(case.ball)
    return (case.ball_holder or owner) == actor if value == "me" else case.ball == value


TRUE = {
    "is": _state,
    "owner": lambda case, value, actor: (
        (case.customer_owner is None and case.technical_owner is None)
        if value == "none"
        else _person(case.customer_owner, value, actor) or _person(case.technical_owner, value, actor)
    ),
    "support": lambda case, value, actor: _person(case.customer_owner, value, actor),
    "engineer": lambda case, value, actor: _person(case.technical_owner, value, actor),
    "ball": _ball,
    "stage": lambda case, value, actor: case.stage == value,
    "account": lambda case, value, actor: (case.account.slug if case.account else "none") == value.lower(),
    "reporter": lambda case, value, actor: case.reporter.email == value.lower(),
    "realm": lambda case, value, actor: (case.realm or "none") == value,
    "priority": lambda case, value, actor: ["none", "critical", "high", "medium", "low"][case.priority] == value,
    "promise": _promise,
    "due": _due,
    "tag": lambda case, value, actor: value in (_tags(case) or {"none"}),
    "task": lambda case, value, actor: value in _tasks(case, actor),
    "field": lambda case, value, actor: value in _fields(case),
    "snoozed": lambda case, value, actor: (
        _sleeps_for_sam(case) if value == "me" else _time(case.snoozed_until, value, ahead=True)
    ),
    "closed": lambda case, value, actor: case.stage == "close" and _time(case.stage_since, value, ahead=False),
    "tier": lambda case, value, actor: (case.account.tier if case.account else "none") == value,
    "environment": lambda case, value, actor: value in _where(case),
    "team": lambda case, value, actor: ("support" if value == "mine" else value) in _teams(case),
    "parent": lambda case, value, actor: ("77777" if _is_below(case) else "none") == value,
    "opened": lambda case, value, actor: _time(case.opened_at, value, ahead=False),
    "": lambda case, value, actor: value in f"{case.title} {WROTE if _is_written_on(case) else ''}".lower(),
    "active": lambda case, value, actor: _time(case.active_at, value, ahead=False),
    "watching": lambda case, value, actor: _is_watched(case),
    "draft": lambda case, value, actor: value == {3: "me", 4: "shared"}.get(case.priority),
}


def _where(case):
    return {case.environment.kind, case.environment.name.lower()} if case.environment else {"none"}


def _teams(case):
    """Sam is in support, Erin in platform, which is asked besides."""
    person = case.ball_holder or {"support": case.customer_owner, "engineering": case.technical_owner}.get(case.ball)
    teams = {"Sam": "support", "Erin": "platform"}
    told = {case.ball_team and case.ball_team.slug, teams.get(person.first_name) if person else None}
    return told | ({"platform"} if _is_asked(case) else set())


def _is_asked(case):
    return case.title.startswith("Login") and case.priority == 2


def _is_below(case):
    return case.priority == 3 and case.number != 77_777


def _sleeps_for_sam(case):
    return case.snoozed_until is not None and case.number % 2 == 0


def _is_watched(case):
    return case.priority == 2 and case.merged_into is None


@pytest.fixture
def cases(ana, mallory, sam, erin, max, production, platform, support):
    """Cases as different from each other as their columns allow."""
    people, rows = [None, sam, erin], []
    staging = production.account.environments.create(name="Staging", kind="test")
    for nth in range(48):
        rows.append(
            Case(
                title=f"{['Export', 'Import', 'Login', 'Export and import'][nth // 2 % 4]} {nth}",
                reporter=[ana, mallory][nth % 2],
                account=[ana.contact.account, mallory.contact.account, None][nth % 3],
                environment=[None, production, staging][nth // 5 % 3],
                stage=Stage.values[nth % 7],
                stage_since=NOW - timedelta(hours=nth * 4),
                ball=Ball.values[nth % 4],
                ball_holder=people[nth // 2 % 3] if nth % 5 == 0 else None,
                ball_team=[None, None, platform, support][nth // 3 % 4],
                customer_owner=people[nth % 3],
                technical_owner=people[nth // 3 % 3],
                realm=["", "export", "billing"][nth // 4 % 3],
                priority=nth % 5,
                next_update_at=[None, NOW - timedelta(minutes=5), NOW + timedelta(hours=nth)][nth // 2 % 3],
                due_at=[NOW + timedelta(hours=nth * 3), None, NOW - timedelta(minutes=3)][nth // 3 % 3],
                snoozed_until=NOW + timedelta(hours=nth * 7) if nth % 5 == 1 else None,
                opened_at=NOW - timedelta(hours=nth * 5),
                active_at=NOW - timedelta(hours=nth),
            )
        )
    rows[10].number = 77_777
    Case.objects.bulk_create(rows)
    for key, kind in {"plan": "text", "rows": "number"}.items():
        apps.get_model("organize.Field").objects.write(key, by=max, label=key, kind=kind)
    seventh, eighth = Case.objects.filter(title__regex=" [78]$").order_by("pk")
    seventh.merged_into = eighth
    seventh.save()
    for case in Case.objects.all():
        if _is_written_on(case):
            case.messages.write(WROTE, by=sam, audience="support")
        _organize(case, max, sam)
        Case.objects.filter(pk=case.pk).update(active_at=case.active_at)
    watch = apps.get_model("notify.Watch")  # of a room above
    watch.objects.bulk_create(watch(case=case, watched_by=sam) for case in filter(_is_watched, Case.objects.all()))
    _begin_to_write(sam, erin)
    _put_off(sam, erin)
    _ask(platform, sam)
    _put_below(Case.objects.get(number=77_777), sam)
    tags = apps.get_model("organize.Tag").objects
    tags.get(name="gone").merge_into(tags.get(name="lost"), by=max)
    return list(Case.objects.with_people())


def _ask(team, sam):
    escalation = apps.get_model("escalate.Escalation")  # of a room above
    told = {"team": team, "asking": "Why?", "package": {}, "priority": 2, "requested_by": sam}
    escalation.objects.bulk_create(escalation(case=case, **told) for case in Case.objects.all() if _is_asked(case))


def _put_below(parent, sam):
    below = [case for case in Case.objects.all() if _is_below(case)]
    Link.objects.bulk_create(Link(case=case, other=parent, kind="child_of", linked_by=sam) for case in below)


def _put_off(sam, erin):
    snooze = apps.get_model("organize.Snooze")  # of a room above
    snooze.objects.bulk_create(
        snooze(case=case, until=case.snoozed_until, begun_by=sam if _sleeps_for_sam(case) else erin)
        for case in Case.objects.exclude(snoozed_until=None)
    )


def _begin_to_write(sam, erin):
    drafts = apps.get_model("writing.Draft")  # of a room above
    told = {"audience": "support", "body": "Looks odd", "based_on": 1}
    for case in Case.objects.filter(priority__in=[3, 4]):
        shared = {"author": erin, "shared_at": NOW} if case.priority == 4 else {"author": sam}
        drafts.objects.bulk_create([drafts(case=case, **told, **shared)])


def test_every_word_has_a_slow_and_simple_reading():
    assert {word.name for word in said()} | {""} == set(TRUE)


@pytest.mark.parametrize(
    ("many", "often", "listed"),
    [(3_000, 50, 20_000), (1, 0, 20_000), (1, 10**9, 20_000), (1, 0, 2)],
    ids=["rare", "now and then", "often", "too many"],
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_it_finds_what_the_words_say(cases, sam, monkeypatch, many, often, listed, tree):
    for name, most in {"MANY": many, "OFTEN": often, "MOST_LISTED": listed}.items():
        monkeypatch.setattr(f"tandem.recall.listing.{name}", most)
    monkeypatch.setattr(asking, "MOST_LOOKS", 100)
    with clock.at(NOW):
        asked = ask(f"({typed(tree)}) (is:any or -is:any)", sam)
        found = set(Case.objects.filter(asked.clause).values_list("title", flat=True))

    assert asked.doubts == []
    assert found == {case.title for case in cases if is_found(case, tree, sam)}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=string.ascii_letters + ' :"()-<>,09\x00é', max_size=60))
@example("(" * 300)
@example("a " * 400)
@example("owner:" + "x" * 600)
@example("-(" * 50)
@example("opened:<99999w")
@example("opened:>9999-12-31")
def test_any_text_means_something(cases, sam, text):
    with clock.at(NOW):
        asked = ask(text, sam)
        list(Case.objects.filter(asked.clause)[:3])

    assert not asked.doubts or not Case.objects.filter(asked.clause).exists()


@given(tree=TREES)
def test_what_is_typed_is_what_is_read(tree):
    assert _plain(language.read(typed(tree))) == _plain(tree)


@given(tree=TREES)
def test_what_is_written_is_read_again(tree):
    assert _plain(language.read(language.write(tree))) == _plain(tree)


@given(text=st.text(alphabet=string.ascii_letters + ' :"()-,é', max_size=60))
def test_whatever_was_read_is_written_so_that_it_means_the_same(text):
    try:
        told = language.read(text)
    except language.TooMuch:
        return
    assert _plain(language.read(language.write(told))) == _plain(told)


def _plain(node):
    """Parentheses that change nothing make no difference."""
    match node:
        case Not():
            return Not(_plain(node.node))
        case Every() | Either():
            inner = []
            for one in map(_plain, node.nodes):
                inner += one.nodes if isinstance(one, type(node)) else [one]
            return type(node)(tuple(inner))
    return node


def test_a_program_is_told_what_was_not_understood(sam):
    with pytest.raises(NotUnderstood, match="may be submit, intake"):
        ask("stage:tirage", sam).must_be_clear()


def test_a_customer_is_asked_for_by_name_too(case, mallorys_case, sam):
    for typed in (
        "northwind",
        '"Northwind Analytics"',
        '"northwind analytics"',
        "account:globex,NORTHWIND".partition(":")[2],
    ):
        found = Case.objects.filter(ask(f"account:{typed}", sam).clause)
        assert case in found
        assert (mallorys_case in found) == ("globex" in typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("owner:bob", "Nobody here is called “bob”"),
        ("support:bob", "Nobody here is called “bob”"),
        ("-engineer:zzz", "Nobody here is called “zzz”"),
        ("ball:bob@tandem.example", "Nobody here is called “bob@tandem.example”"),
        ("owner:ana", "Nobody here is called “ana”"),
        ("account:nonsense", "There is no customer “nonsense”"),
        ("reporter:nobody@globex.example", "We know nobody with the address “nobody@globex.example”"),
        ("realm:nonsense", "There is no realm “nonsense”. There are: web, mobile, data"),
        ("environment:mars", "No environment is called “mars”"),
        ("parent:99999", "There is no case 99999."),
    ],
)
def test_what_nothing_is_called_like_is_said(case, sam, typed, says):
    asked = ask(f"{typed} or is:any", sam)

    assert says in " ".join(asked.doubts)
    assert not Case.objects.filter(asked.clause).exists()


def test_a_realm_is_one_as_long_as_a_case_has_it_and_goes_by_its_label_too(case, sam):
    case.reflect(realm="old")
    assert ask("realm:old", sam).doubts == ask('realm:"data pipeline",web', sam).doubts == []
    assert ask("environment:test", sam).doubts == []
