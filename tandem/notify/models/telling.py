"""Who is told what an act recorded: one statement, which writes nothing for a case nobody owns or watches.

`explain.py` says to one person in sentences why they were told, and why not.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from tandem.cases.audience import Audience
from tandem.kit import prepared
from tandem.notify.models.kinds import DEFAULTS, KIND_FOR, KIND_OF, NEVER_MUTED, ONLY_NAMED, RANK, Kind, Way
from tandem.people.roles import GRANTS, Can


class Told(NamedTuple):
    notice: int
    user: int
    is_pushed: bool
    is_mailed_now: bool
    """A promise waits for no digest, only until it may disturb."""


def tell(events: Sequence[int]) -> list[Told]:
    """Notices for all who are to know of these lines."""
    return [Told(*row) for row in prepared.run(TELL, {"events": list(events), **RULES})]


def _defaults(way: Way) -> list[bool]:
    return [way in DEFAULTS[kind] for kind in Kind]


RULES: dict[str, Any] = {
    "verbs": list(KIND_OF),
    "kinds": [str(kind) for kind in KIND_OF.values()],
    "only_named": list(ONLY_NAMED),
    "reasons": [str(reason) for reason in RANK],
    "ranks": list(RANK.values()),
    "told_as": [str(KIND_FOR.get(reason, "")) for reason in RANK],
    "all_kinds": [str(kind) for kind in Kind],
    **{f"by_{way}": _defaults(way) for way in Way},
    "readers": [str(role) for role, acts in GRANTS.items() if Can.READ_RESTRICTED in acts],
    "unmuted": [f"{reason} {kind}" for reason, kind in NEVER_MUTED],
    "restricted": str(Audience.RESTRICTED),
}
TELL = """
    WITH happened AS MATERIALIZED (
        SELECT e.id, e.case_id, e.verb, k.kind, e.by_id, e.at, e.audience, e.facts,
               coalesce(c.merged_into_id, c.id) AS read_on,
               CASE WHEN jsonb_typeof(e.facts->'message') = 'number' THEN (e.facts->>'message')::bigint END AS message_id,
               e.verb = ANY(%(only_named)s::text[]) AS is_for_named
        FROM cases_event e
        JOIN unnest(%(verbs)s::text[], %(kinds)s::text[]) AS k(verb, kind) ON k.verb = e.verb
        JOIN cases_case c ON c.id = e.case_id
        WHERE e.id = ANY(%(events)s::bigint[])
    ), around AS (
        SELECT h.id, c.id AS case_id, c.customer_owner_id, c.technical_owner_id
        FROM happened h JOIN cases_case c ON c.id = h.read_on
        UNION ALL
        SELECT h.id, c.id, c.customer_owner_id, c.technical_owner_id
        FROM happened h JOIN cases_case c ON c.merged_into_id = h.read_on
    ), concerned(id, user_id, reason, team_id) AS (
        SELECT a.id, owner, 'owner', NULL::bigint
        FROM around a JOIN happened h USING (id), unnest(ARRAY[a.customer_owner_id, a.technical_owner_id]) AS owner
        WHERE NOT h.is_for_named
        UNION ALL
        SELECT a.id, w.watched_by_id,
               CASE w.why WHEN 'mentioned' THEN 'once_mentioned' WHEN 'took_part' THEN 'took_part'
               ELSE 'watching' END, NULL
        FROM around a JOIN happened h USING (id)
        JOIN notify_watch w ON w.case_id = a.case_id AND w.ended_at IS NULL
        WHERE NOT h.is_for_named
        UNION ALL
        SELECT a.id, a.customer_owner_id, 'owner', NULL
        FROM around a JOIN happened h USING (id)
        WHERE h.verb = 'update.prepared' AND a.case_id = h.read_on
        UNION ALL
        SELECT h.id, m.user_id, 'mentioned', NULL
        FROM happened h JOIN notify_mention m ON m.message_id = h.message_id AND m.user_id IS NOT NULL
        WHERE h.verb = 'message.written'
        UNION ALL
        SELECT h.id, t.user_id, 'team_mentioned', m.team_id
        FROM happened h JOIN notify_mention m ON m.message_id = h.message_id
        JOIN people_team_members t ON t.team_id = m.team_id
        WHERE h.verb = 'message.written'
        UNION ALL
        SELECT h.id, (h.facts->>'user')::bigint, 'given', NULL FROM happened h WHERE h.verb = 'assignment.given'
        UNION ALL
        SELECT h.id, (h.facts->>'user')::bigint, 'told', NULL FROM happened h WHERE h.verb = 'colleague.told'
        UNION ALL
        SELECT h.id, (h.facts->>'told')::bigint, 'snoozed', NULL FROM happened h WHERE h.verb = 'snooze.ended'
        UNION ALL
        SELECT h.id, told::bigint,
               CASE WHEN EXISTS (
                   SELECT 1 FROM communicate_promise p WHERE p.id = (h.facts->>'promise')::bigint
                   AND told::bigint = coalesce(
                       (SELECT a.customer_owner_id FROM around a WHERE a.id = h.id AND a.case_id = p.case_id), p.owner_id)
               ) THEN 'owner' ELSE 'manager' END, NULL
        FROM happened h, jsonb_array_elements_text(
            CASE jsonb_typeof(h.facts->'told') WHEN 'array' THEN h.facts->'told' ELSE '[]' END) AS told
        WHERE h.verb IN ('promise.warned', 'promise.broken')
        UNION ALL
        SELECT h.id, told::bigint,
               CASE WHEN told::bigint IN (a.customer_owner_id, a.technical_owner_id) THEN 'owner'
               WHEN EXISTS (SELECT 1 FROM people_user u WHERE u.id = told::bigint AND u.role = 'manager') THEN 'manager'
               ELSE 'clock' END, NULL
        FROM happened h JOIN around a ON a.id = h.id AND a.case_id = h.read_on, jsonb_array_elements_text(
            CASE jsonb_typeof(h.facts->'told') WHEN 'array' THEN h.facts->'told' ELSE '[]' END) AS told
        WHERE h.verb IN ('clock.warned', 'clock.broken', 'task.came_due')
        UNION ALL
        SELECT h.id, t.user_id, 'team', e.team_id
        FROM happened h JOIN escalate_escalation e ON e.id = (h.facts->>'escalation')::bigint
        JOIN people_team_members t ON t.team_id = e.team_id
        WHERE h.verb = 'escalation.requested'
        UNION ALL
        SELECT h.id, e.requested_by_id, 'asked', NULL
        FROM happened h JOIN escalate_escalation e ON e.id = (h.facts->>'escalation')::bigint
        WHERE h.verb IN ('escalation.accepted', 'escalation.returned', 'escalation.asked', 'escalation.handed_back')
        UNION ALL
        SELECT h.id, t.user_id, 'team', o.to_team_id
        FROM happened h JOIN triage_handoff o ON o.id = (h.facts->>'handoff')::bigint
        JOIN people_team_members t ON t.team_id = o.to_team_id
        WHERE h.verb IN ('handoff.made', 'handoff.taken_back')
        UNION ALL
        SELECT h.id, k.whom_id, 'given', NULL
        FROM happened h JOIN organize_task k ON k.id = (h.facts->>'task')::bigint
        WHERE h.verb IN ('task.added', 'task.given')
        UNION ALL
        SELECT h.id, coalesce(s.to_id, t.user_id), CASE WHEN s.to_id IS NULL THEN 'team' ELSE 'given' END, s.to_team_id
        FROM happened h JOIN shifts_handover s ON s.id = (h.facts->>'handover')::bigint
        LEFT JOIN people_team_members t ON t.team_id = s.to_team_id
        WHERE h.verb = 'handover.offered'
        UNION ALL
        SELECT h.id, s.giver_id, 'asked', NULL
        FROM happened h JOIN shifts_handover s ON s.id = (h.facts->>'handover')::bigint
        WHERE h.verb = 'handover.accepted'
        UNION ALL
        SELECT h.id, o.handed_by_id, 'asked', NULL
        FROM happened h JOIN triage_handoff o ON o.id = (h.facts->>'handoff')::bigint
        WHERE h.verb IN ('handoff.accepted', 'handoff.declined', 'handoff.taken_back')
    ), told AS (
        SELECT DISTINCT ON (id, user_id) id, user_id, reason, team_id, told_as
        FROM concerned
        JOIN unnest(%(reasons)s::text[], %(ranks)s::int[], %(told_as)s::text[]) AS r(reason, rank, told_as) USING (reason)
        WHERE user_id IS NOT NULL
        ORDER BY id, user_id, rank
    ), chosen AS (
        SELECT t.user_id, h.case_id, h.id AS event_id, h.message_id, t.team_id, d.kind, t.reason, h.at,
               coalesce(max(p.wanted::int) FILTER (WHERE p.way = 'desk'), d.by_desk::int) = 1 AS desk,
               coalesce(max(p.wanted::int) FILTER (WHERE p.way = 'push'), d.by_push::int) = 1 AS push,
               coalesce(max(p.wanted::int) FILTER (WHERE p.way = 'mail'), d.by_mail::int) = 1 AS mail
        FROM told t JOIN happened h USING (id)
        JOIN people_user u ON u.id = t.user_id AND u.is_active AND u.role <> 'contact'
        JOIN unnest(%(all_kinds)s::text[], %(by_desk)s::bool[], %(by_push)s::bool[], %(by_mail)s::bool[])
             AS d(kind, by_desk, by_push, by_mail) ON d.kind = coalesce(nullif(t.told_as, ''), h.kind)
        LEFT JOIN notify_preference p ON p.user_id = t.user_id AND p.kind = d.kind
        WHERE (t.user_id IS DISTINCT FROM h.by_id OR h.facts ? 'by_rule' OR t.reason = 'told')
        AND (h.audience <> %(restricted)s OR u.role = ANY(%(readers)s::text[]) OR EXISTS (
            SELECT 1 FROM around a WHERE a.id = h.id AND u.id IN (a.customer_owner_id, a.technical_owner_id)))
        AND (t.reason || ' ' || d.kind = ANY(%(unmuted)s::text[]) OR NOT EXISTS (
            SELECT 1 FROM around a JOIN notify_mute x ON x.case_id = a.case_id AND x.ended_at IS NULL
            WHERE a.id = h.id AND x.muted_by_id = t.user_id))
        GROUP BY t.user_id, h.case_id, h.id, h.message_id, t.team_id, d.kind, t.reason, h.at,
                 d.by_desk, d.by_push, d.by_mail
    )
    INSERT INTO notify_notice (user_id, case_id, event_id, message_id, team_id, kind, reason, at, desk, push, mail)
    SELECT user_id, case_id, event_id, message_id, team_id, kind, reason, at, desk,
           CASE WHEN NOT push THEN '' WHEN EXISTS (
               SELECT 1 FROM notify_browser b WHERE b.user_id = chosen.user_id AND b.ended_at IS NULL
           ) THEN 'waits' ELSE 'nobody' END, mail
    FROM chosen WHERE desk OR push OR mail
    ON CONFLICT DO NOTHING
    RETURNING id, user_id, push = 'waits', mail AND kind = 'promise'
"""
