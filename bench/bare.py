"""The floor this stack can reach: granian, a few lines of Python, Jinja2, the same PostgreSQL, the facts of the page.

No framework, no middleware, no permissions beyond the session, no translation, no escaping but Jinja's own.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import jinja2
import psycopg

_local = threading.local()
_templates = jinja2.Environment(autoescape=True)

PERSON = """SELECT u.id, u.name FROM django_session s JOIN people_user u ON u.id = %s WHERE s.session_key = %s AND s.expire_date > now()"""
COUNTS = """WITH press AS NOT MATERIALIZED (SELECT * FROM cases_case WHERE in_queue AND (next_update_at < now() + interval '4 hours'
        OR next_update_at IS NULL AND stage IN ('submit', 'intake', 'triage') OR stage = 'escalate' AND ball = 'engineering' AND ball_holder_id IS NULL))
    SELECT (SELECT count(*) FROM (SELECT FROM press WHERE ball_with = %(me)s LIMIT 100) a)
         + (SELECT count(*) FROM (SELECT FROM press WHERE ball_with IS NULL AND ball = 'support' LIMIT 100) b),
        (SELECT count(*) FROM (SELECT FROM cases_case WHERE stage IN ('submit', 'intake') AND merged_into_id IS NULL LIMIT 100) c),
        (SELECT count(*) FROM (SELECT FROM cases_case WHERE stage = 'escalate' AND merged_into_id IS NULL LIMIT 100) d)"""
ROWS = """SELECT c.number, c.title, c.stage, c.priority, c.ball, c.next_update_at, a.name, o.name, t.name
    FROM cases_case c LEFT JOIN customers_account a ON a.id = c.account_id LEFT JOIN people_user o ON o.id = c.customer_owner_id
    LEFT JOIN people_user t ON t.id = c.technical_owner_id"""
QUEUE = f"{ROWS} WHERE c.in_queue ORDER BY c.next_update_at NULLS FIRST, c.id LIMIT 51"
CASE = """SELECT c.id, c.title, c.stage, c.ball, c.priority, c.next_update_at, a.name, o.name, t.name, r.name
    FROM cases_case c LEFT JOIN customers_account a ON a.id = c.account_id LEFT JOIN people_user o ON o.id = c.customer_owner_id
    LEFT JOIN people_user t ON t.id = c.technical_owner_id JOIN people_user r ON r.id = c.reporter_id WHERE c.number = %s"""
MESSAGES = """SELECT m.body, m.created_at, m.audience, u.name FROM cases_message m LEFT JOIN people_user u ON u.id = m.author_id
    WHERE m.case_id = %s ORDER BY m.created_at, m.id"""
EVENTS = "SELECT e.verb, e.at, u.name FROM cases_event e LEFT JOIN people_user u ON u.id = e.by_id WHERE e.case_id = %s ORDER BY e.seq DESC LIMIT 200"
SEARCH = """WITH hit AS (SELECT DISTINCT case_id FROM (SELECT case_id FROM cases_message
        WHERE words @@ websearch_to_tsquery('english', %s) ORDER BY id DESC LIMIT 1000) newest)
    SELECT c.number, c.title, c.stage FROM hit JOIN cases_case c ON c.id = hit.case_id ORDER BY c.id DESC LIMIT 20"""

SHELL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><nav><a>Now {{ counts[0] }}</a>
<a>Queue</a><a>Triage {{ counts[1] }}</a><a>Escalations {{ counts[2] }}</a> {{ me }}</nav><main>"""
QUEUE_PAGE = _templates.from_string(
    SHELL
    + """<h1>Queue</h1><div class="queue"><ol role="list" aria-label="Cases">
{% for number, title, stage, priority, ball, due, account, owner, engineer in rows %}
  <li data-row>
  <span class="number">{{ number }}</span>
  <span class="title"><a href="/desk/cases/{{ number }}/">{{ title }}</a> <span class="account">{{ account }}</span></span>
  <span class="stage here">{{ stage }}</span>
  <span class="priority">{% if priority %}<span class="bars"><svg viewBox="0 0 15 12" width="15" height="12" aria-hidden="true">
    {%- for n in range(4) %}<rect class="{{ 'on' if n < priority }}" x="{{ n * 4 }}" y="{{ 9 - n * 3 }}" width="3" height="{{ 3 + n * 3 }}" rx="1"/>{% endfor %}</svg>{{ priority }}</span>{% endif %}</span>
  <span class="owners">{% for name in (owner, engineer) if name %}<span class="face support" aria-hidden="true">{{ name[:1] }}</span><span class="hear">{{ name }}</span>{% endfor %}</span>
  <span class="turn"><span class="ball">{{ ball }}</span></span>
  <span class="due">{% if due %}<span class="clock" data-clock="{{ due.isoformat() }}">{{ due.strftime("%a %H:%M") }}</span>{% endif %}</span>
</li>{% endfor %}</ol></div></main></body></html>"""
)
CASE_PAGE = _templates.from_string(
    SHELL
    + """<h1>{{ case[1] }}</h1><dl><dt>Stage</dt><dd>{{ case[2] }}</dd><dt>Ball</dt><dd>{{ case[3] }}</dd><dt>Owner</dt><dd>{{ case[7] }}</dd>
<dt>Engineer</dt><dd>{{ case[8] }}</dd><dt>Reporter</dt><dd>{{ case[9] }}</dd></dl>
{% for body, at, audience, name in messages %}<article class="{{ audience }}"><b>{{ name }}</b> <time>{{ at.strftime("%a %H:%M") }}</time><p>{{ body }}</p></article>{% endfor %}
<ol>{% for verb, at, name in events %}<li>{{ verb }} {{ name }} <time>{{ at.strftime("%a %H:%M") }}</time></li>{% endfor %}</ol></main></body></html>"""
)
SEARCH_PAGE = _templates.from_string(
    SHELL
    + """<h1>Search</h1><ol>{% for number, title, stage in rows %}<li><a href="/desk/cases/{{ number }}/">{{ number }} {{ title }}</a> {{ stage }}</li>
{% endfor %}</ol></main></body></html>"""
)


def application(environ: dict[str, Any], start: Callable) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    body = create(environ) if environ["REQUEST_METHOD"] == "POST" else page(path, environ).encode()
    start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def page(path: str, environ: dict[str, Any]) -> str:
    cursor = database().cursor()
    key, person = environ["HTTP_COOKIE"].split("=")[1].split(":")
    me = cursor.execute(PERSON, (person, key)).fetchone()
    counts = cursor.execute(COUNTS, {"me": me[0]}).fetchone()
    if path == "/queue":
        return QUEUE_PAGE.render(title="Queue", me=me[1], counts=counts, rows=cursor.execute(QUEUE).fetchall()[:50])
    if path == "/search":
        words = parse_qs(environ["QUERY_STRING"])["q"][0]
        return SEARCH_PAGE.render(
            title="Search", me=me[1], counts=counts, rows=cursor.execute(SEARCH, (words,)).fetchall()
        )
    case = cursor.execute(CASE, (path.rpartition("/")[2],)).fetchone()
    messages = cursor.execute(MESSAGES, (case[0],)).fetchall()
    events = cursor.execute(EVENTS, (case[0],)).fetchall()
    return CASE_PAGE.render(title=case[1], me=me[1], counts=counts, case=case, messages=messages, events=events)


def create(environ: dict[str, Any]) -> bytes:
    """A case with its first message, its participant and two ledger lines, for the person of the token, in one commit."""
    told = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    fingerprint = hashlib.sha256(environ["HTTP_AUTHORIZATION"].split()[1].encode()).hexdigest()
    connection = database()
    with connection.transaction(), connection.cursor() as cursor:
        (me,) = cursor.execute("SELECT user_id FROM people_token WHERE fingerprint = %s", (fingerprint,)).fetchone()
        case, number = cursor.execute(
            "INSERT INTO cases_case (title, reporter_id, opened_at, active_at, last_seq, stage, stage_since, ball, ball_since, realm, impact, priority)"
            " VALUES (%s, %s, now(), now(), 2, 'submit', now(), 'support', now(), '', '', 0) RETURNING id, number",
            (told["title"], me),
        ).fetchone()
        cursor.execute(
            "INSERT INTO cases_participant (case_id, user_id, nonce, joined_at) VALUES (%s, %s, '', now())", (case, me)
        )
        cursor.execute(
            "INSERT INTO cases_message (case_id, author_id, audience, channel, body, quoted, html, verified, created_at)"
            " VALUES (%s, %s, 'customer', 'api', %s, '', '', true, now())",
            (case, me, told["body"]),
        )
        cursor.executemany(
            "INSERT INTO cases_event (case_id, seq, verb, by_id, at, audience, facts) VALUES (%s, %s, %s, %s, now(), 'customer', '{}')",
            [(case, 1, "case.opened", me), (case, 2, "message.received", me)],
        )
    return json.dumps({"number": number}).encode()


def database() -> psycopg.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["TANDEM_DATABASE_URL"], autocommit=True)
    return _local.connection
