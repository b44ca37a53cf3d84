"""What happened to the company's own components meanwhile."""

from datetime import datetime, timedelta
from typing import Any

from tandem.clocks import watching
from tandem.communicate.models import Promise
from tandem.kit import clock
from tandem.kit.later import drain
from tandem.signals.models import Alert, Component


def trouble(who: dict[str, Any]) -> None:
    """Exports were slow last week and are well again; reports are slow right now."""
    now = clock.real()
    weather("exports", "ExportQueueSlow", now - timedelta(days=6, hours=3), now - timedelta(days=6))
    weather("reports", "ReportsLate", now - timedelta(minutes=40), None)


def weather(slug: str, name: str, begins: datetime, ends: datetime | None) -> None:
    for moment, ended in [(begins, None)] + ([(ends, ends)] if ends else []):
        with clock.at(moment):
            Alert.objects.hear(
                source="alertmanager",
                fingerprint=f"story-{slug}",
                starts_at=begins,
                ends_at=ended,
                labels={"alertname": name, "component": slug, "severity": "warning"},
                annotations={"summary": f"{name}: the queue is longer than usual"},
            )
            Component.objects.get(slug=slug).settle()
            drain()


def deploys(by: Any) -> None:
    """What Erin's pipeline told: the exports became another version forty minutes before Ana reported."""
    now = clock.real()
    for slug, version, before in [
        ("exports", "4.2", timedelta(days=29)),
        ("dashboards", "4.3", timedelta(days=12)),
        ("sign-in", "2.9", timedelta(days=4)),
        ("exports", "4.3", timedelta(hours=6, minutes=40)),
    ]:
        with clock.at(now - before):
            Component.objects.get(slug=slug).deploys.tell(version, by=by)


def watch() -> None:
    """What passed its time is seen: a promise broke, a clock ran out."""
    Promise.objects.watch()
    watching.watch()
    drain()
