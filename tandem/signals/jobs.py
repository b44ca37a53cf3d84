from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.kit import clock
from tandem.signals import ledger
from tandem.signals.models import Call

KEPT = timedelta(days=14)
TRIES = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name="signals.receive", queue="signals", retry=TRIES)
def receive(call_id: int) -> None:
    Call.objects.select_related("hook").get(pk=call_id).read()


@app.task(name="signals.hear", queue="signals", retry=TRIES)
def hear(component_id: int, listener: str) -> None:
    ledger.hear(component_id, listener)


@app.periodic(cron="41 3 * * *")
@app.task(name="signals.forget_calls", queueing_lock="signals.forget_calls")
def forget_calls(timestamp: int) -> None:
    Call.objects.filter(received_at__lt=clock.now() - KEPT).exclude(read_at=None).delete()
