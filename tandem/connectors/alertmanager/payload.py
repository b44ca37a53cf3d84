"""Reads what Alertmanager posts to a webhook, version 4, into plain values.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config describes it. It is read by a worker, but
it is still a stranger's: whatever is not as described is `Unreadable`, in a sentence.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

VERSION = "4"


class Unreadable(Exception):
    """It is not a message of Alertmanager's webhook, version 4."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.__doc__)


class Told(NamedTuple):
    """One alert. `ends_at` is None while it fires."""

    fingerprint: str
    starts_at: datetime
    ends_at: datetime | None
    labels: dict[str, str]
    annotations: dict[str, str]


class Message(NamedTuple):
    """The alerts that could be read, and a sentence about those that could not."""

    alerts: list[Told]
    trouble: str


def read(body: bytes) -> Message:
    """Raises `Unreadable` when not even the message can be read."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("It is not JSON.") from None
    if not isinstance(told, dict) or told.get("version") != VERSION or not isinstance(told.get("alerts"), list):
        raise Unreadable
    alerts = [_alert(alert) for alert in told["alerts"]]
    return Message(_in_order(filter(None, alerts)), _trouble(alerts.count(None), told.get("truncatedAlerts")))


def _alert(told: Any) -> Told | None:
    match told:
        case {
            "fingerprint": str(fingerprint),
            "startsAt": str(starts),
            "status": "firing" | "resolved" as status,
            "labels": dict(labels),
            **rest,
        } if 0 < len(fingerprint) <= 64:
            starts_at, ends_at = _moment(starts), _moment(rest.get("endsAt"))
            if starts_at is None or (status == "resolved" and ends_at is None):
                return None
            ended = max(starts_at, ends_at or starts_at) if status == "resolved" else None
            return Told(_clean(fingerprint), starts_at, ended, _texts(labels), _texts(rest.get("annotations")))
    return None


def _moment(told: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _texts(told: Any) -> dict[str, str]:
    pairs = told.items() if isinstance(told, dict) else ()
    return {_clean(name): _clean(value) for name, value in pairs if isinstance(value, str)}


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot keep: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _in_order(alerts: Iterable[Told]) -> list[Told]:
    # Two messages read at once must lock their alerts in the same order.
    return sorted(alerts, key=lambda alert: (alert.fingerprint, alert.starts_at))


def _trouble(unread: int, left_out: Any) -> str:
    sentences = [
        f"Alerts in it that cannot be read: {unread}." if unread else "",
        f"Alerts the sender left out: {left_out}." if isinstance(left_out, int) and left_out > 0 else "",
    ]
    return " ".join(filter(None, sentences))
