from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.cases import ledger
from tandem.cases.models import Event


@app.task(name="cases.hear", queue="ledger", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def hear(event_id: int, listener: str) -> None:
    ledger.hear(Event.objects.select_related("case", "by").get(pk=event_id), listener)
