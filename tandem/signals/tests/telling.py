"""What Alertmanager says, for tests."""

import json
from datetime import UTC, datetime, timedelta

NINE = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def alert(
    *,
    status: str = "firing",
    after: int = 0,
    fingerprint: str = "f00",
    lasted: int = 30,
    annotations: dict | None = None,
    **labels: str,
) -> dict:
    """One alert as Alertmanager tells it: it began `after` minutes past nine and, when resolved, `lasted` minutes."""
    began = NINE + timedelta(minutes=after)
    ended = (began + timedelta(minutes=lasted)).isoformat()
    return {
        "status": status,
        "labels": {"alertname": "ExportQueueLags", "component": "exports", "severity": "warning"} | labels,
        "annotations": {"summary": "The queue is 40 min long"} if annotations is None else annotations,
        "startsAt": began.isoformat(),
        "endsAt": ended if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": fingerprint,
    }


def message(*alerts: dict, **more: object) -> bytes:
    return json.dumps({"version": "4", "receiver": "tandem", "alerts": alerts, **more}).encode()
