"""How the company keeps its cases in order: tags, fields and lists of tasks, and what stands on the cases of these days."""

from datetime import timedelta
from typing import Any

from tandem.cases.models import Case
from tandem.cases.models.link import LinkKind
from tandem.communicate.models import Promise
from tandem.kit import clock
from tandem.kit.later import drain
from tandem.organize.models import Field, FieldKind, Tag, TagKind, TaskList
from tandem.organize.waking import Wakes

TAGS = [
    ("export", TagKind.AREA),
    ("sign-in", TagKind.AREA),
    ("regression", TagKind.CAUSE),
    ("configuration", TagKind.CAUSE),
    ("data-loss", TagKind.FREE),
    ("month-end", TagKind.FREE),
]
FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("their_reference", {"label": "Customer reference", "kind": FieldKind.TEXT, "audience": "customer"}),
    ("data_lost", {"label": "Is data lost?", "kind": FieldKind.YES_NO}),
    ("rows_lost", {"label": "Rows lost", "kind": FieldKind.NUMBER, "applies_if": "data_lost"}),
    (
        "root_cause",
        {
            "label": "Root cause",
            "kind": FieldKind.CHOICE,
            "choices": ["Code", "Configuration", "Data", "Capacity", "Somebody else's service"],
            "applies_if": 'stage == "resolve"',
            "required_before": "close",
        },
    ),
]
LOSS = (
    "! Stop what writes\n! Compare with the last backup @erin\nTell their account manager +1d\nWrite down what was lost"
)
CAUSES = ["Code", "Configuration", "Data"]
MOST = 3


def shape(*, by: Any) -> None:
    for name, kind in TAGS:
        Tag.objects.make(name, by=by, kind=kind)
    Tag.objects.make("login", by=by, kind=TagKind.AREA).merge_into(Tag.objects.get(name="sign-in"), by=by)
    for key, told in FIELDS:
        Field.objects.write(key, by=by, **told)
    TaskList.objects.write("After a loss of data", by=by, body=LOSS)


def sort(case: Case, *, nth: int, by: Any) -> None:
    """What one notices while judging it."""
    for name, fits in {
        "export": "export" in case.title.lower(),
        "sign-in": "sign" in case.title.lower(),
        "month-end": nth % 5 == 0,
        "regression": nth % 3 == 0,
    }.items():
        if fits:
            case.taggings.put_on(name, by=by)
    if nth % 4 == 0:
        case.field_values.fill_in({"their_reference": f"INC-{4000 + nth}"}, by=by)


def explain(case: Case, *, nth: int, by: Any) -> None:
    """What must be said before it closes."""
    case.field_values.fill_in({"root_cause": CAUSES[nth % len(CAUSES)]}, by=by)


def put_in_order(who: dict[str, Any]) -> None:
    """Today: work planned on Ana's case, another below it, and some that wait for an answer."""
    with clock.at(clock.real() - timedelta(minutes=4)):
        open_ones = Case.objects.open()
        ana = open_ones.filter(reporter__name="Ana Lima").order_by("-pk").first()
        if ana:
            _plan(ana, who)
        waiting = open_ones.exclude(pk=ana and ana.pk).filter(ball="engineering", next_update_at__gt=clock.real())
        soon = Promise.objects.standing().filter(warn_at__lte=clock.real())
        for case in waiting.exclude(pk__in=soon.values("case")).order_by("-pk")[:MOST]:
            case.snoozes.put_off(by=who["sam"], until=clock.now() + timedelta(days=2), on=Wakes.ENGINEERING)
        drain()


def _plan(case: Case, who: dict[str, Any]) -> None:
    case.taggings.put_on("data-loss", by=who["sam"])
    case.field_values.fill_in({"their_reference": "NW-2207", "data_lost": "no"}, by=who["sam"])
    case.tasks.plan_list(TaskList.objects.get(name="After a loss of data"), by=who["sam"])
    case.tasks.open()[0].finish(by=who["sam"])
    due_at = clock.real() + timedelta(hours=3)
    case.tasks.plan("Ask Platform for the run id of last night", by=who["sam"], whom=who["erin"], due_at=due_at)
    for other in Case.objects.open().filter(account=case.account).exclude(pk=case.pk).order_by("-pk")[:MOST]:
        other.links.link_to(case, kind=LinkKind.CHILD_OF, why="The same export, another report.", by=who["sam"])
