"""One case with thousands of entries: messages and ledger lines, by turns, over the year before."""

from django.db import connection

ENTRIES = 5000
STEPS = [
    """INSERT INTO cases_message (case_id, author_id, audience, channel, body, quoted, html, verified, created_at)
       SELECT id, CASE WHEN k %% 3 = 0 THEN customer_owner_id ELSE reporter_id END, CASE WHEN k %% 5 = 0 THEN 'support' ELSE 'customer' END,
              'mail', 'Run ' || k || ' of the nightly export stops after row 10,000, with no error in its log.', '', '', true,
              now() - (%(entries)s - k) * interval '1 hour'
       FROM cases_case, generate_series(1, %(entries)s) k WHERE number = %(number)s""",
    """INSERT INTO cases_event (case_id, seq, verb, by_id, at, audience, facts)
       SELECT id, last_seq + k, CASE WHEN k %% 2 = 0 THEN 'attempt.noted' ELSE 'message.received' END, customer_owner_id,
              now() - (%(entries)s - k) * interval '1 hour', 'support', '{"what": "Rebuilt the index"}'
       FROM cases_case, generate_series(1, %(entries)s) k WHERE number = %(number)s""",
    "UPDATE cases_case SET last_seq = last_seq + %(entries)s WHERE number = %(number)s",
]


def lengthen(number: int, entries: int = ENTRIES) -> None:
    """Add as many messages and as many ledger lines."""
    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(step, {"number": number, "entries": entries})
        cursor.execute("ANALYZE cases_message, cases_event")
