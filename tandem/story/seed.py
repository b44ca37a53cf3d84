"""Many plausible cases, made by the database itself: for measuring, not for reading."""

from collections.abc import Callable

from django.db import connection, transaction

WORDS = [
    "export",
    "import",
    "stops",
    "after",
    "rows",
    "error",
    "timeout",
    "login",
    "page",
    "blank",
    "slow",
    "dashboard",
    "report",
    "invoice",
    "token",
    "expired",
    "sync",
    "webhook",
    "missing",
    "duplicate",
    "column",
    "chart",
    "filter",
    "date",
    "timezone",
    "currency",
    "attachment",
    "upload",
    "download",
    "crash",
    "mobile",
    "android",
    "iphone",
    "notification",
    "mail",
    "bounce",
    "permission",
    "denied",
    "role",
    "user",
    "account",
    "password",
    "reset",
    "certificate",
    "proxy",
    "firewall",
    "cluster",
    "node",
    "queue",
    "worker",
    "job",
    "failed",
    "retry",
    "memory",
    "disk",
    "full",
    "backup",
    "restore",
    "migration",
    "schema",
    "index",
    "statistics",
    "query",
    "plan",
    "cache",
    "stale",
    "version",
    "upgrade",
    "rollback",
    "flag",
    "feature",
    "toggle",
    "region",
    "europe",
    "america",
    "asia",
    "production",
    "test",
    "staging",
    "customer",
    "since",
    "morning",
    "yesterday",
    "after",
    "update",
    "nothing",
    "changed",
    "please",
    "help",
    "urgent",
    "month",
    "end",
    "close",
    "board",
    "meeting",
    "numbers",
    "wrong",
    "total",
    "sum",
    "rounding",
    "negative",
    "zero",
    "null",
    "empty",
    "string",
    "unicode",
    "umlaut",
    "encoding",
    "file",
    "csv",
    "json",
    "xml",
    "parquet",
    "stream",
    "partition",
    "lag",
    "consumer",
    "offset",
]

# Each step once; the words name `nth`, or their aggregate would be the outer query's. %(n)s is the number of cases. `seeded` numbers what we make now, so that seeding twice adds.
STEPS = [
    """CREATE TEMPORARY TABLE seeded ON COMMIT DROP AS
       SELECT coalesce(max(id), 0) AS people FROM people_user""",
    """INSERT INTO people_user (email, name, role, is_active, password, created_at)
       SELECT 'agent' || people + i || '@tandem.example', 'Agent ' || people + i, CASE WHEN i %% 3 = 0 THEN 'engineer' ELSE 'support' END,
              true, '!', now() FROM seeded, generate_series(1, 50) i""",
    """INSERT INTO customers_account (name, slug, tier, domains, created_at)
       SELECT 'Account ' || people || '-' || i, 'account-' || people || '-' || i, (ARRAY['basic','business','enterprise'])[1 + i %% 3], '{}', now()
       FROM seeded, generate_series(1, greatest(%(n)s / 200, 10)) i""",
    """INSERT INTO people_user (email, name, role, is_active, password, created_at)
       SELECT 'contact' || people + i || '@customers.example', 'Contact ' || people + i, 'contact', true, '!', now()
       FROM seeded, generate_series(1, greatest(%(n)s / 20, 50)) i""",
    """CREATE TEMPORARY TABLE someone ON COMMIT DROP AS
       SELECT array_agg(u.id) FILTER (WHERE role = 'support') AS support, array_agg(u.id) FILTER (WHERE role = 'engineer') AS engineers
       FROM people_user u, seeded WHERE u.id > people""",
    # Tables, not arrays: PostgreSQL unpacks a long array for each element it is asked for.
    """CREATE TEMPORARY TABLE writer ON COMMIT DROP AS
       SELECT u.id AS contact, a.id AS account, row_number() OVER (ORDER BY u.id) - 1 AS nth
       FROM people_user u CROSS JOIN seeded
            JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth, count(*) OVER () AS many FROM customers_account) a
                 ON a.nth = u.id %% a.many
       WHERE u.id > people AND u.role = 'contact'""",
    """INSERT INTO customers_contact (user_id, account_id, language, bounces, no_mail_why)
       SELECT contact, account, 'en', 0, '' FROM writer""",
    """CREATE TEMPORARY TABLE made ON COMMIT DROP AS
       SELECT i, i %% 10 = 0 AS is_open, now() - (i * interval '90 days' / %(n)s) AS at, contact, account,
              support[1 + i %% cardinality(support)] AS owner, engineers[1 + i %% cardinality(engineers)] AS engineer,
              nextval('cases_number') AS number
       FROM generate_series(1, %(n)s) i JOIN writer ON nth = i %% (SELECT count(*) FROM writer) CROSS JOIN someone""",
    """INSERT INTO cases_case (number, title, account_id, reporter_id, opened_at, active_at, last_seq, stage, stage_since, ball, ball_since,
                               customer_owner_id, technical_owner_id, realm, impact, priority, next_update_at)
       SELECT number, (SELECT string_agg(words[1 + 0 * nth + floor(power(random(), 2) * cardinality(words))::int], ' ') FROM generate_series(1, 6) nth WHERE i = i),
              account, contact, at, at + interval '3 hours', 10,
              CASE WHEN is_open THEN (ARRAY['submit','intake','triage','investigate','investigate','escalate','resolve'])[1 + (i / 10) %% 7] ELSE 'close' END,
              at + interval '3 hours',
              CASE WHEN is_open THEN (ARRAY['support','customer','engineering'])[1 + (i / 10) %% 3] ELSE 'nobody' END, at + interval '3 hours',
              CASE WHEN NOT is_open OR (i / 10) %% 7 > 1 THEN owner END, CASE WHEN NOT is_open OR (i / 10) %% 7 > 2 THEN engineer END,
              (ARRAY['web','mobile','data','api'])[1 + i %% 4], '', i %% 5,
              CASE WHEN is_open AND (i / 10) %% 7 > 1 THEN now() + (i %% 500) * interval '1 minute' END
       FROM made, (SELECT %(words)s::text[] AS words) w ORDER BY i DESC""",
    """CREATE TEMPORARY TABLE told ON COMMIT DROP AS
       SELECT c.id, made.at, made.contact, made.owner FROM made JOIN cases_case c USING (number)""",
    """INSERT INTO cases_participant (case_id, user_id, nonce, joined_at) SELECT id, contact, substr(md5(random()::text), 1, 16), at FROM told""",
    """INSERT INTO cases_message (case_id, author_id, audience, channel, body, quoted, html, verified, created_at)
       SELECT id, CASE WHEN k = 1 THEN contact ELSE owner END, CASE WHEN k = 3 THEN 'support' ELSE 'customer' END, CASE WHEN k = 1 THEN 'mail' ELSE 'desk' END,
              (SELECT string_agg(words[1 + 0 * nth + floor(power(random(), 2) * cardinality(words))::int], ' ') FROM generate_series(1, 40) nth WHERE id = id),
              '', '', true, at + k * interval '40 minutes'
       FROM told, generate_series(1, 3) k, (SELECT %(words)s::text[] AS words) w""",
    """INSERT INTO cases_event (case_id, seq, verb, by_id, at, audience, facts)
       SELECT id, k, (ARRAY['participant.joined','case.opened','message.received','case.entered_intake','fact.noted','assessment.judged',
                            'assignment.given','update.sent','attempt.noted','message.written'])[k],
              CASE WHEN k < 4 THEN contact ELSE owner END, at + k * interval '12 minutes', CASE WHEN k IN (5, 6, 7, 9, 10) THEN 'support' ELSE 'customer' END, '{}'
       FROM told, generate_series(1, 10) k""",
]


@transaction.atomic
def seed(cases: int, *, say: Callable[[str], None] = lambda word: None) -> None:
    """Add this many cases with three messages and ten ledger lines each; a tenth of them are open."""
    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(step, {"n": cases, "words": WORDS})
            say(" ".join(step.split()[:3]).lower())


def settle() -> None:
    """Let the planner know the new rows."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
