from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.communicate.models import Delivery, PlannedUpdate, Promise


@app.task(name="communicate.deliver", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def deliver(delivery_id: int) -> None:
    if delivery := Delivery.objects.ready(delivery_id):
        delivery.go()


@app.task(name="communicate.leave", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def leave(planned_id: int) -> None:
    PlannedUpdate.objects.leave(planned_id)


@app.periodic(cron="*/15 * * * *")
@app.task(name="communicate.watch_planned", queueing_lock="communicate.watch_planned")
def watch_planned(timestamp: int) -> None:
    PlannedUpdate.objects.watch()


@app.periodic(cron="* * * * *")
@app.task(name="communicate.watch_promises", queueing_lock="communicate.watch_promises")
def watch_promises(timestamp: int) -> None:
    Promise.objects.watch()
