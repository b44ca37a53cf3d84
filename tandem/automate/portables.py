"""Macros that are shared and rules, as rows. A rule that comes in is off until somebody switches it on here."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.automate.models import Macro, Rule, RuleVersion
from tandem.communicate.portables import team_of
from tandem.kit.errors import Invalid
from tandem.kit.portable import Rows, changed, portable, words
from tandem.people.roles import Can


@portable("macros")
class Macros:
    """A person's own stay theirs."""

    def told(self) -> Rows:
        rows = Macro.objects.standing().filter(owner=None).select_related("team").order_by("name", "team__slug")
        return [self._told(row) for row in rows]

    @staticmethod
    def _told(row: Macro) -> dict[str, Any]:
        return {"name": row.name, **({"team": row.team.slug} if row.team else {}), "acts": _acts(row.acts)}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.SHAPE_WORDS)
        known = [words(row, needs=["name", "acts"], may=["team"]) for row in rows]
        return [sentence for row in known for sentence in self._take(row, by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name, team = str(row["name"]), team_of(row["team"]) if row.get("team") else None
        standing = Macro.objects.standing().filter(owner=None, name=name, team=team).first()
        told = changed(_("Macro “{name}”").format(name=name), self._told(standing) if standing else None, row)
        if told:
            why = {"because": _("Brought in with the settings")} if standing else {}
            write = standing.change if standing else Macro.objects.write
            _named(name, write, name=name, team=team, acts=row["acts"], by=by, **why)
        return told


@portable("rules")
class Rules:
    KEPT = ("name", "when", "span", "condition", "place")

    def told(self) -> Rows:
        written = {
            version.rule_id: version
            for version in RuleVersion.objects.order_by("rule_id", "-number").distinct("rule_id")
        }
        return [self._told(row, written[row.pk]) for row in Rule.objects.standing().order_by("name")]

    def _told(self, row: Rule, written: RuleVersion) -> dict[str, Any]:
        """As it was written last, be it in force or not."""
        does = {word: told for word in RuleVersion.DOES if (told := getattr(written, word)) != ""}
        return {"name": row.name} | does | {"place": row.place, "acts": _acts(written.acts)}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.AUTOMATE)
        may = ["span", "condition", "place"]
        known = [words(row, needs=["name", "when", "acts"], may=may) for row in rows]
        return [sentence for row in known for sentence in self._take(row, by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name = str(row["name"])
        standing = Rule.objects.standing().filter(name=name).first()
        place = row.get("place", 100)
        if not isinstance(place, int) or not 0 <= place < 10_000:
            raise Invalid(_("“{name}”: “place” is a number").format(name=name[:80]))
        after = {word: str(row.get(word, "")).strip() for word in self.KEPT[:-1]} | {"place": place}
        shown = {word: value for word, value in after.items() if value != ""} | {"acts": row["acts"]}
        before = self._told(standing, standing.newest) if standing else None
        told = changed(_("Rule “{name}”").format(name=name), before, shown)
        if told:
            why = {"because": _("Brought in with the settings")} if standing else {}
            write = standing.change if standing else Rule.objects.write
            _named(name, write, **after, acts=row["acts"], by=by, **why)
        return told


def _acts(doings: list[dict[str, Any]]) -> Rows:
    """`- act: give_to` with what it is done with beside it."""
    return [{"act": doing["act"], **({"with": doing["with"]} if doing["with"] else {})} for doing in doings]


def _named(named: str, write: Any, /, **told: Any) -> None:
    """Whatever is wrong with it names it."""
    try:
        write(**told)
    except Invalid as wrong:
        raise Invalid(f"“{named[:80]}”: {wrong.sentence}") from None
