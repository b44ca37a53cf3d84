"""What travels with an escalation: all we know at that moment, as plain values that never change afterwards.

Nothing restricted is in it: every engineer may read it. Times are ISO text under names that end in `_at`.
"""

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message
from tandem.customers.models import Environment
from tandem.intake.models import Question
from tandem.investigate import board
from tandem.investigate.models import Evidence

if TYPE_CHECKING:
    from tandem.escalate.models import Escalation

FORM = 1
LONGEST = 4000
MOST_SETTINGS = 500


class Check(models.TextChoices):
    """What makes a package complete."""

    READ_BACK = "read_back", _("Facts confirmed by the customer")
    IMPACT = "impact", _("Impact judged")
    ENVIRONMENT = "environment", _("Environment known")
    VERSION = "version", _("Version measured")
    ATTEMPTS = "attempts", _("Something tried, or a reason why not")
    EVIDENCE = "evidence", _("Evidence")
    QUESTION = "question", _("An exact question")


def of(case: Case, *, asking: str = "", untried: str = "", follows: "Escalation | None" = None) -> dict[str, Any]:
    """The package as it would be raised now, with its `completeness`: [{"key": Check, "met": bool}]."""
    told = {
        "form": FORM,
        "asking": asking,
        "untried": untried,
        "before": follows and _before(follows),
        "problem": _problem(case),
        "impact": _impact(case),
        "environment": case.environment and _environment(case.environment),
        **_facts(case),
        **board.read(
            case,
            evidence=Evidence.objects.for_every_colleague(),
            questions=Question.objects.exclude(audience=Audience.RESTRICTED),
        ),
        "next_update_at": _iso(case.next_update_at),
        "customer_owner": case.customer_owner and case.customer_owner.name,
    }
    met = _met(told)
    return {**told, "completeness": [{"key": check.value, "met": met[check]} for check in Check]}


def _before(escalation: "Escalation") -> dict[str, Any]:
    return {
        "escalation": escalation.pk,
        "returned_at": _iso(escalation.returned_at),
        "returned_by": str(escalation.returned_by),
        "reasons": escalation.reasons,
        "lacking": escalation.lacking,
    }


def _problem(case: Case) -> dict[str, Any]:
    first = Message.objects.of(case).from_customer().filter(audience=Audience.CUSTOMER).select_related("author").first()
    return {
        "number": case.number,
        "title": case.title,
        "account": case.account and case.account.name,
        "tier": case.account and case.account.get_tier_display(),
        "opened_at": _iso(case.opened_at),
        "words": first.body[:LONGEST] if first else "",
        "said_by": first.author.name if first else case.reporter.name,
        "said_at": _iso(first.created_at if first else case.opened_at),
    }


def _impact(case: Case) -> dict[str, Any] | None:
    judged = case.assessments.standing().select_related("judged_by").first()
    return judged and {
        "impact": str(judged.get_impact_display()),
        "urgency": str(judged.get_urgency_display()),
        "priority": str(judged.get_priority_display()),
        "realm": judged.realm_label,
        "score": judged.score,
        "reasons": [str(reason) for reason in judged.reasons],
        "why": judged.why,
        "judged_by": judged.judged_by.name,
        "judged_at": _iso(judged.judged_at),
    }


def _environment(environment: Environment) -> dict[str, Any]:
    newest, before = (*environment.snapshots.order_by("-taken_at", "-pk")[:2], None, None)[:2]
    settings = newest.content if newest else {}
    return {
        "name": environment.name,
        "kind": str(environment.get_kind_display()),
        "version": environment.version,
        "region": environment.region,
        "taken_at": _iso(newest and newest.taken_at),
        "configuration": [_setting(name, settings) for name in sorted(settings)[:MOST_SETTINGS]],
        "before_at": _iso(before and before.taken_at),
        "changes": _changes(before.content, settings) if before else [],
    }


def _setting(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "value": _plain(settings.get(name))}


def _changes(before: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return [
        {"label": name, "before": _plain(before.get(name)), "after": _plain(now.get(name))}
        for name in changed[:MOST_SETTINGS]
    ]


def _plain(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _facts(case: Case) -> dict[str, Any]:
    table = case.facts.table()
    rows = [
        {
            "key": row.key,
            "label": str(row.label),
            "told": row.told,
            "measured": row.measured,
            "differ": row.differ,
            "sentence": row.sentence,
            "confirmed_at": _iso(row.confirmed_at),
        }
        for row in table
        if row.audience != Audience.RESTRICTED
    ]
    said = table.confirmation
    confirmed = said and {
        "confirmed_at": _iso(said.at),
        "by": said.by,
        "corrected": said.corrected,
        "unsure": said.unsure,
    }
    return {"facts": rows, "unknown": [str(line.label) for line in table.missing], "read_back": confirmed}


def _met(told: dict[str, Any]) -> dict[str, bool]:
    measured = any(row["key"] == "version" and row["measured"] for row in told["facts"])
    return {
        Check.READ_BACK: told["read_back"] is not None,
        Check.IMPACT: told["impact"] is not None,
        Check.ENVIRONMENT: told["environment"] is not None,
        Check.VERSION: measured or bool(told["environment"] and told["environment"]["version"]),
        Check.ATTEMPTS: bool(told["attempts"] or told["untried"]),
        Check.EVIDENCE: bool(told["evidence"]),
        Check.QUESTION: bool(told["asking"]),
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def read(told: dict[str, Any]) -> dict[str, Any]:
    """A kept package as a page shows it: times as times, checks in words, and how many of them are met."""
    checks = [{"key": row["key"], "text": Check(row["key"]).label, "done": row["met"]} for row in told["completeness"]]
    return {**board.timed(told), "checks": checks, "met": sum(check["done"] for check in checks)}
