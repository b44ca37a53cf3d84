"""What is often written, as rows: reply templates, and what stands below a team's mails."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.communicate.models import Template
from tandem.kit.errors import Invalid
from tandem.kit.portable import Rows, changed, portable, words
from tandem.people.models import Team
from tandem.people.roles import Can


@portable("signatures")
class Signatures:
    """A team's that has none is left out."""

    def told(self) -> Rows:
        teams = Team.objects.exclude(signature="").order_by("slug")
        return [{"team": team.slug, "signature": team.signature} for team in teams]

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.SHAPE_WORDS)
        return [sentence for row in rows for sentence in self._take(words(row, needs=["team", "signature"]))]

    def _take(self, row: dict[str, Any]) -> list[str]:
        team, after = team_of(row["team"]), {"signature": str(row["signature"])}
        told = changed(_("The signature of {team}").format(team=team.name), {"signature": team.signature}, after)
        if told:
            team.signature = after["signature"]
            team.save(update_fields=["signature"])
        return told


@portable("reply_templates")
class ReplyTemplates:
    def told(self) -> Rows:
        rows = Template.objects.standing().select_related("team").order_by("name", "team__slug", "pk")
        return [self._told(row) for row in rows]

    @staticmethod
    def _told(row: Template) -> dict[str, Any]:
        return {"name": row.name, **({"team": row.team.slug} if row.team else {}), "body": row.body}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.SHAPE_WORDS)
        known = [words(row, needs=["name", "body"], may=["team"]) for row in rows]
        return [sentence for row in known for sentence in self._take(row, by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        name, team = " ".join(str(row["name"]).split())[:80], team_of(row["team"]) if row.get("team") else None
        standing = Template.objects.standing().filter(name=name, team=team).first()
        after = {"name": name, **({"team": team.slug} if team else {}), "body": str(row["body"]).strip()}
        named = _("Reply template “{name}”").format(name=name)
        told = changed(named, self._told(standing) if standing else None, after)
        if told:
            (standing.change if standing else Template.objects.write)(name=name, body=after["body"], team=team, by=by)
        return told


def team_of(slug: Any) -> Team:
    """Raises `Invalid`."""
    team = Team.objects.filter(slug=str(slug)).first()
    if team is None:
        raise Invalid(_("There is no team “{slug}” here").format(slug=str(slug)[:80]))
    return team
