import json
import re
from datetime import timedelta

from django.test import Client

from tandem.kit import clock
from tandem.signals import jobs
from tandem.signals.models import Alert, Call, Component, Hook, State
from tandem.signals.tests.telling import NINE, alert, message
from tandem.signals.views import BODY_LIMIT


def post(body: bytes, key: str = "", **headers: str):
    address = f"/hooks/alertmanager/{key}/" if key else "/hooks/alertmanager/"
    return Client(enforce_csrf_checks=True).post(address, body, "application/json", headers=headers)


def test_what_is_told_is_safe_before_we_say_that_we_have_it(exports, hook, worker):
    response = post(message(alert()), key=hook[1])

    assert response.status_code == 200
    assert not Alert.objects.exists()
    assert bytes(Call.objects.get().body) == message(alert())

    worker()
    assert Alert.objects.get().component == exports


def test_the_secret_may_travel_in_a_header(hook):
    assert post(message(), authorization=f"Bearer {hook[1]}").status_code == 200
    assert post(message(), authorization="Bearer guessed").status_code == 401
    assert post(message()).status_code == 401


def test_a_hook_is_known_by_its_secret_only_while_it_is_open(hook):
    assert post(message(), key="guessed").status_code == 404
    hook[0].revoke()
    assert post(message(), key=hook[1]).status_code == 404
    assert not Call.objects.exists()


def test_no_secret_is_kept(hook):
    row, secret = hook
    assert secret not in json.dumps(Hook.objects.filter(pk=row.pk).values("name", "fingerprint")[0])


def test_it_takes_only_posts(hook):
    assert Client().get(f"/hooks/alertmanager/{hook[1]}/").status_code == 405


def test_what_is_too_large_or_not_json_is_refused_in_a_sentence(hook):
    assert post(b"[" + b" " * BODY_LIMIT + b"]", key=hook[1]).status_code == 413
    assert post(b"{", key=hook[1]).status_code == 400
    assert post(b"[" * 200_000, key=hook[1]).content == b"This is not JSON.\n"
    assert not Call.objects.exists()


def test_a_call_makes_few_queries(hook, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        post(message(alert()), key=hook[1])


def test_reading_a_call_twice_changes_nothing(exports, hook, worker):
    call = hook[0].calls.take(message(alert()))
    worker()
    jobs.receive(call.pk)

    exports.refresh_from_db()
    assert exports.state == State.SLOW
    assert exports.state_changes.count() == 1


def test_what_cannot_be_understood_is_kept_and_shown(hook, worker, at_the_desk, ada):
    hook[0].calls.take(b'{"version": "9"}')
    worker()

    assert Call.objects.get().read_at
    assert "It is not a message of Alertmanager" in at_the_desk(ada).get("/desk/hooks/").content.decode()


def test_one_bad_alert_does_not_take_the_others_with_it(exports, hook, worker):
    nameless = {name: value for name, value in alert().items() if name != "fingerprint"}
    hook[0].calls.take(message(nameless, alert(), truncatedAlerts=3))
    worker()

    assert Alert.objects.count() == 1
    assert Call.objects.get().trouble == "Alerts in it that cannot be read: 1. Alerts the sender left out: 3."


def test_what_postgresql_cannot_keep_is_taken_out(exports, hook, worker):
    hook[0].calls.take(message(alert(annotations={"summary": "a\x00b\ud800"}, pod="\x00")))
    worker()

    assert Alert.objects.get().annotations == {"summary": "ab?"}


def test_one_alert_through_two_deliveries_at_once_is_one_alert(exports, hook, worker):
    for _ in range(5):
        hook[0].calls.take(message(alert()))
    worker()

    assert Alert.objects.count() == 1


def test_old_calls_are_forgotten_once_they_were_read(exports, hook, worker):
    with clock.at(NINE):
        hook[0].calls.take(message(alert()))
        worker()
        unread = hook[0].calls.take(message(alert()))
    with clock.at(NINE + timedelta(days=15)):
        jobs.forget_calls(0)

    assert list(Call.objects.all()) == [unread]


def test_an_administrator_makes_a_hook_and_sees_its_secret_once(ada, at_the_desk):
    page = at_the_desk(ada).post("/desk/hooks/", {"name": "prometheus"})

    assert page.status_code == 201
    key = re.search(r"/hooks/alertmanager/([-\w]{40,})/", page.content.decode())[1]
    assert post(message(), key=key).status_code == 200
    assert key not in at_the_desk(ada).get("/desk/hooks/").content.decode()


def test_hooks_are_the_administrators_alone(sam, ana, hook, at_the_desk):
    assert at_the_desk(sam).get("/desk/hooks/").status_code == 403
    assert at_the_desk(sam).post("/desk/hooks/", {"name": "mine"}).status_code == 403
    assert at_the_desk(sam).post(f"/desk/hooks/{hook[0].pk}/revoke/").status_code == 403
    assert at_the_desk(ana).get("/desk/hooks/").status_code == 404


def test_a_hook_of_a_name_exists_once(ada, at_the_desk, hook):
    page = at_the_desk(ada).post("/desk/hooks/", {"name": "prometheus"})

    assert page.status_code == 409
    assert "There is a hook named “prometheus” already." in page.content.decode()


def test_a_closed_hook_takes_nothing_more(ada, at_the_desk, hook):
    at_the_desk(ada).post(f"/desk/hooks/{hook[0].pk}/revoke/")

    assert post(message(), key=hook[1]).status_code == 404


def test_the_command_prints_an_address_that_works(db):
    from click.testing import CliRunner

    from tandem.signals.commands import hook as command

    printed = CliRunner().invoke(command, ["create", "--name", "prometheus"], catch_exceptions=False).output
    key = printed.strip().rstrip("/").rpartition("/")[2]

    assert post(message(), key=key).status_code == 200


def test_components_are_matched_however_many_labels_there_are(db, hook, worker):
    Component.objects.create(name="Exports", slug="exports")
    hook[0].calls.take(message(*(alert(fingerprint=f"{n:016x}", pod=str(n)) for n in range(50))))
    worker()

    assert Alert.objects.exclude(component=None).count() == 50
