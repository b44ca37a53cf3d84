from collections.abc import Sequence
from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.kit import clock
from tandem.kit.later import later, still_to_come
from tandem.notify import interrupting, letters, pushing
from tandem.notify.models import Interruption, Notice
from tandem.notify.models.notice import LOOKED_BACK

KEPT = timedelta(days=90)
COUNTED = timedelta(days=2)


@app.task(name="notify.push", queue="outbound", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def push(user_id: int) -> None:
    interrupting.interrupt(user_id)


@app.task(name="notify.tell_browser", queue="outbound", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def tell_browser(browser_id: int, notices: list[int], urgent: bool) -> None:
    pushing.tell_browser(browser_id, notices, urgent=urgent)


@app.task(name="notify.nudge", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def nudge(notices: Sequence[int] = (), notice_id: int = 0, claimed: str = "") -> None:
    """`notice_id` is how a release before asked for it, each promise in a mail of its own; and without `claimed`."""
    letters.nudge(notices or [notice_id], claimed=claimed)


@app.task(name="notify.digest", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def digest(user_id: int) -> None:
    letters.digest(user_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="notify.watch_digests", queueing_lock="notify.watch_digests")
def watch_digests(timestamp: int) -> None:
    """Whoever has something to be mailed; whether it is time, their digest knows. And promises whose mail did not leave."""
    interrupting.ask_again()
    rows = Notice.objects.to_mail().filter(at__gt=clock.now() - LOOKED_BACK).order_by("user")
    people = {f"notify.digest {person}": person for person in rows.values_list("user", flat=True).distinct()}
    for lock in people.keys() - still_to_come(people):
        later("notify.digest", lock=lock, user_id=people[lock])


@app.periodic(cron="23 4 * * *")
@app.task(name="notify.forget", queueing_lock="notify.forget")
def forget(timestamp: int) -> None:
    """What was read long ago; the ledger keeps what happened."""
    Notice.objects.filter(read_at__lt=clock.now() - KEPT).delete()
    Interruption.objects.filter(at__lt=clock.now() - COUNTED).delete()
