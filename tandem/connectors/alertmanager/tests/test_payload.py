import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.connectors.alertmanager import payload

ALERT = {
    "status": "firing",
    "labels": {"alertname": "ExportQueueLags"},
    "annotations": {"summary": "The queue is 40 min long"},
    "startsAt": "2026-11-17T09:00:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": "f00",
}


def read(*alerts: object) -> payload.Message:
    return payload.read(json.dumps({"version": "4", "alerts": alerts}).encode())


def test_what_fires_has_no_end():
    (told,) = read(ALERT).alerts

    assert told.ends_at is None
    assert told.starts_at.isoformat() == "2026-11-17T09:00:00.123456+00:00"
    assert told.labels == {"alertname": "ExportQueueLags"}


def test_what_ended_never_ended_before_it_began():
    (told,) = read(ALERT | {"status": "resolved"}).alerts

    assert told.ends_at == told.starts_at


@pytest.mark.parametrize(
    "change",
    [
        {"fingerprint": ""},
        {"fingerprint": "f" * 65},
        {"fingerprint": 7},
        {"status": "perhaps"},
        {"startsAt": "yesterday"},
        {"startsAt": "2026-11-17T09:00:00"},
        {"status": "resolved", "endsAt": None},
        {"labels": []},
    ],
)
def test_an_alert_that_is_not_as_described_is_counted_and_left_out(change):
    message = read(ALERT | change, ALERT)

    assert len(message.alerts) == 1
    assert message.trouble == "Alerts in it that cannot be read: 1."


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'{"version": "3", "alerts": []}', b'{"version": "4", "alerts": {}}', b"\xff\xfe"],
)
def test_what_is_not_a_message_is_unreadable(body):
    with pytest.raises(payload.Unreadable):
        payload.read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(alerts=st.lists(st.fixed_dictionaries({name: JSON | st.just(value) for name, value in ALERT.items()}) | JSON))
def test_whatever_stands_in_it_the_rest_can_be_read(alerts):
    message = read(*alerts, ALERT)

    assert any(told.fingerprint == "f00" for told in message.alerts)
    json.dumps([told.labels for told in message.alerts]).encode()
