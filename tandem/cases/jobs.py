import logging
from collections.abc import Sequence

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.cases import keeping, ledger
from tandem.cases.models import Attachment, Erasure, Event, Message, Rendering
from tandem.cases.privacy import erasing_files, searching
from tandem.kit.later import later

log = logging.getLogger(__name__)


@app.task(name="cases.hear", queue="ledger", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def hear(event_ids: Sequence[int] = (), *, event_id: int = 0, listener: str = "") -> None:
    """All who wanted to hear of what one act recorded, in turn; or that one listener of that event, or of those events."""
    if listener and event_ids:
        return ledger.hear_together(_verbs(event_ids), listener)
    if listener:
        return ledger.hear(_event(event_id), listener)
    recorded = event_ids or [event_id]  # jobs from before an update know one
    verbs = _verbs(recorded)
    for each in recorded:
        _let_all_hear(each, verbs[each])
    for hearer, heard in ledger.who_hear(verbs).items():
        _let_hear_together(hearer, heard)
    return None


def _verbs(events: Sequence[int]) -> dict[int, str]:
    return dict(Event.objects.filter(pk__in=events).order_by("pk").values_list("pk", "verb"))


def _let_hear_together(hearer: str, events: dict[int, str]) -> None:
    try:
        ledger.hear_together(events, hearer)
    except Exception:
        log.exception("%s could not hear of events %s, and tries again", hearer, [*events])
        later("cases.hear", event_ids=[*events], listener=hearer)


def _let_all_hear(event_id: int, verb: str) -> None:
    for each in ledger.listeners(verb):
        try:
            ledger.hear(_event(event_id), each)  # anew, for the one before may have changed what it was about
        except Exception:
            log.exception("%s could not hear of event %s, and tries again", each, event_id)
            later("cases.hear", event_id=event_id, listener=each)


def _event(pk: int) -> Event:
    return Event.objects.select_related("case", "by").get(pk=pk)


@app.task(name="cases.render", queue="files", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def render(message_id: int) -> None:
    """Clean the HTML of a message for showing."""
    Rendering.objects.make(Message.objects.get(pk=message_id))


@app.task(name="cases.scan", queue="files", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def scan(attachment_id: int) -> None:
    keeping.scan(Attachment.objects.get(pk=attachment_id))


@app.task(name="cases.search_file", queue="files", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def search_file(attachment_id: int) -> None:
    """Search a file for passwords, tokens and keys."""
    searching.search(Attachment.objects.select_related("message__case").get(pk=attachment_id))


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.search_what_waits", queue="files", queueing_lock="cases.search_what_waits")
def search_what_waits(timestamp: int) -> None:
    searching.search_what_waits()


@app.task(name="cases.erase_from_files", queue="files", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def erase_from_files(erasure_id: int) -> None:
    erasing_files.erase(Erasure.objects.select_related("case").get(pk=erasure_id))


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.erase_what_waits", queue="files", queueing_lock="cases.erase_what_waits")
def erase_what_waits(timestamp: int) -> None:
    erasing_files.erase_what_waits()


@app.task(name="cases.draw", queue="files", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def draw(attachment_id: int) -> None:
    Attachment.objects.select_related("message").get(pk=attachment_id).previews.draw()


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.scan_what_waits", queue="files", queueing_lock="cases.scan_what_waits")
def scan_what_waits(timestamp: int) -> None:
    keeping.scan_what_waits()


@app.periodic(cron="41 * * * *")
@app.task(name="cases.compare_files", queue="files", queueing_lock="cases.compare_files")
def compare_files(timestamp: int) -> None:
    keeping.compare()
