"""What an act recorded, on its way to those who want to know of it."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from tandem.kit import clock, prepared
from tandem.kit.later import later, still_to_come
from tandem.notify.models import Mention
from tandem.notify.models.notice import show
from tandem.notify.models.telling import tell

# So that the things of one act interrupt once, and what is read at once on the desk interrupts nobody.
A_MOMENT = timedelta(seconds=10)


@transaction.atomic
def spread(events: dict[int, str]) -> None:
    """Whom it calls, notices for all who are to know, and a word to their open desks. Nobody to tell: one statement."""
    written = [pk for pk, verb in events.items() if verb == "message.written"]
    if written:
        Mention.objects.find(pk for (pk,) in prepared.run(SAID, {"events": written}))
    told = tell([*events])
    if told:
        show(each.user for each in told)
        _interrupt(each.user for each in told if each.is_pushed or each.is_mailed_now)
    if written:
        prepared.run(TAKE_PART, {"events": written})


def _interrupt(people: Iterable[int]) -> None:
    locks = {push_lock(person): person for person in people}
    for lock in locks.keys() - still_to_come(locks) if locks else ():
        later("notify.push", lock=lock, at=clock.now() + A_MOMENT, user_id=locks[lock])


def push_lock(person: int) -> str:
    return f"notify.push {person}"


SAID = """
    SELECT (facts->>'message')::bigint FROM cases_event WHERE id = ANY(%(events)s::bigint[])
    AND jsonb_typeof(facts->'message') = 'number'
"""
# Whoever writes on a case that is not theirs wants to know how it goes on, unless they ever said otherwise; or a rule wrote.
TAKE_PART = """
    INSERT INTO notify_watch (case_id, watched_by_id, why, began_at)
    SELECT DISTINCT ON (c.id, e.by_id) c.id, e.by_id, 'took_part', e.at
    FROM cases_event e
    JOIN cases_case o ON o.id = e.case_id
    JOIN cases_case c ON c.id = coalesce(o.merged_into_id, o.id)
    JOIN people_user u ON u.id = e.by_id AND u.role <> 'contact'
    WHERE e.id = ANY(%(events)s::bigint[]) AND NOT e.facts ? 'by_rule'
    AND e.by_id IS DISTINCT FROM c.customer_owner_id AND e.by_id IS DISTINCT FROM c.technical_owner_id
    AND NOT EXISTS (SELECT 1 FROM notify_watch w WHERE w.case_id = c.id AND w.watched_by_id = e.by_id)
    AND NOT EXISTS (
        SELECT 1 FROM notify_mute m WHERE m.case_id = c.id AND m.muted_by_id = e.by_id AND m.ended_at IS NULL)
    ON CONFLICT DO NOTHING
    RETURNING id
"""
