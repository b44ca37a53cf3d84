from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.organize.models import Snooze
from tandem.organize.waking import Woke


@app.task(name="organize.wake", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def wake(snooze_id: int) -> None:
    """Its time has come, unless something woke it before."""
    if snooze := Snooze.objects.due().select_related("case").filter(pk=snooze_id).first():
        snooze.wake(Woke.TIME)
