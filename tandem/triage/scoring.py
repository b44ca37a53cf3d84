"""The score of a case, as a sum one can read: impact × urgency, and what makes it more or less pressing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.customers.models import Account
from tandem.intake.compare import number
from tandem.triage.priority import Priority, of_score


class Impact(models.IntegerChoices):
    """Who is stopped. One example sentence each, so that two people judge alike."""

    INCONVENIENT = 1, gettext_lazy("One person is slowed down; everything can still be done.")
    HINDERED = 2, gettext_lazy("One person cannot do a part of their work.")
    HELD_UP = 3, gettext_lazy("Several people, or one task that matters, are held up.")
    STOPPED = 4, gettext_lazy("A whole team or a key process stands still.")
    DISASTER = 5, gettext_lazy("Everybody there is stopped, or data is lost or exposed.")


class Urgency(models.IntegerChoices):
    """When it hurts."""

    WHENEVER = 1, gettext_lazy("Nothing depends on it for now.")
    WEEKS = 2, gettext_lazy("They need it within the next weeks.")
    WEEK = 3, gettext_lazy("It hurts a little more every day of this week.")
    TODAY = 4, gettext_lazy("A deadline passes today or tomorrow.")
    NOW = 5, gettext_lazy("Every minute costs them.")


TIER = {Account.Tier.ENTERPRISE: 3, Account.Tier.BUSINESS: 1}
PEOPLE = [(100, 3), (10, 2)]
WORKAROUND = {"yes": -4, "partly": -2}

WORDS: dict[str, str | Promise] = {
    "base": gettext_lazy("impact × urgency"),
    "tier": gettext_lazy("account tier"),
    "affected": gettext_lazy("people affected"),
    "workaround": gettext_lazy("a way around it"),
}


@dataclass(frozen=True)
class Score:
    """`parts` are plain JSON: [{"part": "base", "detail": "4 × 5", "points": 20}, …]; `total` is their sum."""

    parts: list[dict[str, Any]]

    @property
    def total(self) -> int:
        return sum(part["points"] for part in self.parts)

    @property
    def priority(self) -> Priority:
        return of_score(self.total)


def score(impact: int, urgency: int, account: Account | None, facts: Mapping[str, str]) -> Score:
    """`facts` are the standing values by key; read are “affected” and “workaround”."""
    parts = [
        _part("base", f"{impact} × {urgency}", impact * urgency),
        _part("tier", account.tier, TIER.get(Account.Tier(account.tier), 0)) if account else None,
        _part("affected", facts.get("affected", ""), _people(facts.get("affected", ""))),
        _part("workaround", facts.get("workaround", ""), WORKAROUND.get(facts.get("workaround", "").casefold(), 0)),
    ]
    return Score([part for part in parts if part and part["points"]])


def said(part: Mapping[str, Any]) -> str:
    """One part in words: “people affected (34) +2”."""
    return _("{what} ({detail}) {points}").format(
        what=WORDS[part["part"]], detail=part["detail"], points=f"{part['points']:+d}"
    )


def _part(part: str, detail: str, points: int) -> dict[str, Any]:
    return {"part": part, "detail": detail, "points": points}


def _people(affected: str) -> int:
    count = number(affected) or 0
    return next((points for least, points in PEOPLE if count >= least), 0)
