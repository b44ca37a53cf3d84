from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.intake.models import Collection, Hold
from tandem.kit import clock


@app.task(name="intake.collect", queue="collect", retry=RetryStrategy(max_attempts=3, exponential_wait=4))
def collect(collection_id: int) -> None:
    about = ["collector", "case__account", "case__environment", "case__reporter"]
    Collection.objects.select_related(*about).get(pk=collection_id).run()


@app.task(name="intake.release", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def release(hold_id: int) -> None:
    Hold.objects.select_related("case__reporter").get(pk=hold_id).end(clock.now())
