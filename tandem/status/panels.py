"""What happened around a case: the components its environment depends on, before and after it was reported."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.kit import clock, say
from tandem.signals.models import Alert, Deploy, Effect, State, StateChange, components_of

BEFORE, AFTER = timedelta(hours=18), timedelta(hours=6)
MOST_COMPONENTS, MOST_CHANGES = 12, 20


class Window:
    """The hours around a moment; places in it are percents of its length."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.start, self.end = moment - BEFORE, moment + AFTER
        self.middle = self.start + (self.end - self.start) / 2

    def place(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start) * 100
        return round(min(max(share, 0), 100), 1)

    def mark(self, title: str, at: datetime, until: datetime | None) -> dict[str, Any]:
        """A stretch of time; what still goes on reaches to this moment."""
        return {
            "kind": "alert",
            "title": title,
            "at": self.place(at),
            "until": self.place(until or clock.now()),
        }


def _around(case: Case, actor: Any) -> dict[str, Any]:
    """Three queries, however much happened."""
    window = Window(case.opened_at)
    components = list(_with_what_happened(case.environment, window)[:MOST_COMPONENTS])
    return {
        "lanes": [_lane(component, window) for component in components],
        "ticks": [say.moment(moment) for moment in (window.start, window.middle, window.end)],
        "changes": sorted((line for each in components for line in _lines(each)), key=_newest_first),
    }


def _with_what_happened(environment: Any, window: Window) -> QuerySet:
    components = components_of(environment)
    changes = StateChange.objects.during(window.start, window.end).filter(component=OuterRef("pk"))
    change = JSONObject(
        entered="entered", at="at", until="until", because="because", by="changed_by__name", alert="alert"
    )
    effects = Effect.objects.filter(component=OuterRef("pk")).order_by()
    alerts = Alert.objects.during(window.start, window.end).order_by("starts_at")
    deploys = Deploy.objects.during(window.start, window.end).reaching(environment).select_related("component")
    return components.annotate(
        happened=ArraySubquery(changes.into_trouble().values(json=change)[:MOST_CHANGES]),
        sentences=ArraySubquery(effects.values(json=JSONObject(state="state", sentence="sentence"))),
    ).prefetch_related(
        Prefetch("alerts", alerts, to_attr="alerts_around"), Prefetch("deploys", deploys, to_attr="deploys_around")
    )


def _lane(component: Any, window: Window) -> dict[str, Any]:
    fired = [
        window.mark(f"{alert.name}: {alert.says}", alert.starts_at, alert.ends_at) for alert in component.alerts_around
    ]
    said = [
        window.mark(f"{change['by']}: {change['because']}", *_span(change))
        for change in component.happened
        if change["alert"] is None
    ]
    deployed = [
        {"kind": "deploy", "title": str(deploy), "at": window.place(deploy.at)} for deploy in component.deploys_around
    ]
    reported = {"kind": "case", "title": _("the case was reported"), "at": window.place(window.moment)}
    return {"label": component.name, "marks": [*fired, *said, *deployed, reported]}


def _lines(component: Any) -> list[dict[str, Any]]:
    """What the component was, from when to when, and what that means to a customer."""
    sentences = {effect["state"]: effect["sentence"] for effect in component.sentences}
    return [
        {
            "name": component.name,
            "slug": component.slug,
            "state": State(change["entered"]).label,
            "sentence": sentences.get(change["entered"], ""),
            "because": change["because"],
            "at": _span(change)[0],
            "until": _span(change)[1],
        }
        for change in component.happened
    ]


def _span(change: dict[str, Any]) -> tuple[datetime, datetime | None]:
    at, until = change["at"], change["until"]
    return datetime.fromisoformat(at), datetime.fromisoformat(until) if until else None


def _newest_first(line: dict[str, Any]) -> float:
    return -line["at"].timestamp()


around = Panel("around", "status/around/_panel.html", _around, hears=("component", "fact"))
