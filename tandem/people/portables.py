"""The teams that other settings name. Who is in them is no setting."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid
from tandem.kit.portable import Rows, changed, portable, words
from tandem.people.models import Team
from tandem.people.roles import Can


@portable("teams")
class Teams:
    """Known by their short name, which stays, as their kind does."""

    def told(self) -> Rows:
        return [self._told(team) for team in Team.objects.order_by("slug")]

    @staticmethod
    def _told(team: Team) -> dict[str, Any]:
        return {"team": team.slug, "name": team.name, "kind": team.kind}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        return [sentence for row in rows for sentence in self._take(words(row, needs=["team", "name", "kind"]), by)]

    def _take(self, row: dict[str, Any], by: Any) -> list[str]:
        after = {name: str(row[name]) for name in ("team", "name", "kind")}
        known = Team.objects.filter(slug=after["team"]).first()
        if known and known.kind != after["kind"]:
            raise Invalid(_("The kind of the team “{slug}” stays “{kind}”").format(slug=known.slug, kind=known.kind))
        named = _("Team “{name}”").format(name=after["name"])
        if told := changed(named, self._told(known) if known else None, after):
            by.must_be_able_to(Can.ADMINISTER)
            team = known or Team(slug=after["team"], kind=after["kind"])
            team.name = after["name"]
            try:
                team.full_clean()
            except ValidationError as error:
                raise Invalid(" ".join(error.messages)) from None
            team.save()
        return told
