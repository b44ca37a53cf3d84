from datetime import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.clocks import keeping, watching
from tandem.kit.later import later


@app.periodic(cron="* * * * *")
@app.task(name="clocks.watch", queueing_lock="clocks.watch")
def watch(timestamp: int) -> None:
    watching.watch()


@app.task(name="clocks.reckon_some", queue="ledger", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def reckon_some(after: int, since: str) -> None:
    """Open cases by policies as they are now, some of them; the rest in a job of its own."""
    last = keeping.reckon_some(after=after, since=datetime.fromisoformat(since))
    if last is not None:
        later("clocks.reckon_some", after=last, since=since)
