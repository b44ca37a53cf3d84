"""Calendars, and policies by the names of their calendars, as rows; windows and lengths as one types them."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.clocks import typed
from tandem.clocks.forms import WEEK
from tandem.clocks.models import Calendar, Policy, PolicyVersion
from tandem.clocks.models.calendar import must_be_usable
from tandem.clocks.models.policy import Of
from tandem.clocks.worktime import Hours
from tandem.communicate.portables import team_of
from tandem.kit.errors import Invalid
from tandem.kit.portable import Rows, changed, portable, words
from tandem.people.roles import Can
from tandem.triage.priority import Priority

PRIORITIES = {"unjudged": 0, **{priority.name.lower(): priority.value for priority in Priority}}
NAMES = {value: name for name, value in PRIORITIES.items()}


@portable("calendars")
class Calendars:
    def told(self) -> Rows:
        return [self._told(row.name, row.hours) for row in Calendar.objects.standing().order_by("name", "pk")]

    @staticmethod
    def _told(name: str, hours: Hours) -> dict[str, Any]:
        week = {day: typed.in_words(of) for day, of in zip(WEEK, hours.week, strict=True) if of}
        told = {"name": name, "zone": hours.zone, "week": week, "country": hours.country, "region": hours.subdivision}
        told["off"] = typed.of_days(hours.off)
        told["worked"] = "\n".join(day.isoformat() for day in hours.worked)
        return {word: value for word, value in told.items() if value}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.AGREE)
        known = [words(row, needs=["name", "zone", "week"], may=["country", "region", "off", "worked"]) for row in rows]
        return [sentence for row in known for sentence in self._take(row, by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name, hours = _name(row), _hours(row)
        standing = Calendar.objects.standing().filter(name__iexact=name).first()
        before = self._told(standing.name, standing.hours) if standing else None
        told = changed(_("Calendar “{name}”").format(name=name), before, self._told(name, hours))
        if told:
            (standing.change if standing else Calendar.objects.write)(name=name, hours=hours, by=by)
        return told


@portable("policies")
class Policies:
    """In the order in which they are asked; new ones are asked after those there are."""

    def told(self) -> Rows:
        return [self._told(policy, version) for policy, version in Policy.objects.standing().with_versions()]

    @staticmethod
    def _told(policy: Policy, version: PolicyVersion) -> dict[str, Any]:
        team = policy.team.slug if policy.team else ""
        return _row(policy.name, policy.of, team, version.calendar_name, _terms(version))

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.AGREE)
        needs, may = ["name", "of", "calendar", "targets"], ["team", "rule", "warn", "stands_still_for"]
        return [sentence for row in rows for sentence in self._take(words(row, needs=needs, may=may), by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name, calendar = _name(row), _calendar(row["calendar"])
        if row["of"] not in Of.values:
            raise Invalid(_("“{name}”: “of” is case or team").format(name=name))
        terms = {
            "rule": str(row.get("rule") or ""),
            "targets": _targets(row),
            "pauses": _list(row, "stands_still_for"),
            "warn": _percent(row),
        }
        standing = Policy.objects.standing().filter(name__iexact=name).select_related("team").first()
        before = self._told(standing, standing.current) if standing else None
        after = _row(name, row["of"], str(row.get("team") or ""), calendar.name, terms)
        told = changed(_("Policy “{name}”").format(name=name), before, after)
        if told and standing and (standing.of, _team(standing)) != (row["of"], str(row.get("team") or "")):
            raise Invalid(_("“{name}”: whom a policy is for stays; give it another name").format(name=name))
        if told and standing:
            standing.publish(by=by, calendar=calendar, **terms)
        elif told:
            team = team_of(row["team"]) if row.get("team") else None
            Policy.objects.write(name=name, of=row["of"], team=team, by=by, calendar=calendar, **terms)
        return told


def _row(name: str, of: str, team: str, calendar: str, terms: dict[str, Any]) -> dict[str, Any]:
    targets = {
        kind: {NAMES[priority]: typed.length(seconds) for priority, seconds in sorted(told.items())}
        for kind, told in terms["targets"].items()
    }
    told = {"name": name, "of": of, "team": team, "rule": terms["rule"], "calendar": calendar, "targets": targets}
    told |= {"stands_still_for": sorted(terms["pauses"]), "warn": terms["warn"]}
    return {word: value for word, value in told.items() if value}


def _terms(version: PolicyVersion) -> dict[str, Any]:
    return {"rule": version.rule, "targets": version.told, "pauses": version.pauses, "warn": version.warn}


def _team(policy: Policy) -> str:
    return policy.team.slug if policy.team else ""


def _name(row: dict[str, Any]) -> str:
    return " ".join(str(row["name"]).split())[:80]


def _calendar(name: Any) -> Calendar:
    calendar = Calendar.objects.standing().filter(name__iexact=str(name)).first()
    if calendar is None:
        raise Invalid(_("There is no calendar “{name}” here").format(name=str(name)[:80]))
    return calendar


def _hours(row: dict[str, Any]) -> Hours:
    week = _mapping(row, "week")
    if unknown := week.keys() - WEEK.keys():
        raise Invalid(_("“{day}” is no day of the week").format(day=str(min(unknown, key=str))[:40]))
    off, worked = (typed.days(str(row.get(word) or "")) for word in ("off", "worked"))
    hours = Hours(
        zone=str(row["zone"]),
        week=tuple(typed.windows(str(week.get(day) or "")) for day in WEEK),
        country=str(row.get("country") or ""),
        subdivision=str(row.get("region") or ""),
        off=off,
        worked=tuple(day for day, _name in worked),
    )
    must_be_usable(hours)
    return hours


def _targets(row: dict[str, Any]) -> dict[str, dict[int, int]]:
    told: dict[str, dict[int, int]] = {}
    for kind, by_priority in _mapping(row, "targets").items():
        lengths = by_priority if isinstance(by_priority, dict) else {}
        if not lengths or lengths.keys() - PRIORITIES.keys():
            raise Invalid(
                _("“{kind}”: a length of time for each of {names}").format(kind=kind, names=", ".join(PRIORITIES))
            )
        told[str(kind)] = {PRIORITIES[p]: typed.seconds(str(length)) or 0 for p, length in lengths.items()}
    return told


def _mapping(row: dict[str, Any], word: str) -> dict[str, Any]:
    if not isinstance(row[word], dict):
        raise Invalid(_("“{name}”: “{word}” has names and values").format(name=_name(row), word=word))
    return row[word]


def _list(row: dict[str, Any], word: str) -> list[str]:
    told = row.get(word) or []
    if not isinstance(told, list):
        raise Invalid(_("“{name}”: “{word}” is a list").format(name=_name(row), word=word))
    return [str(value) for value in told]


def _percent(row: dict[str, Any]) -> int:
    told = row.get("warn") or 75
    return told if isinstance(told, int) else 0
