"""Views that are shared, as rows; those of one person alone are theirs to take along."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.communicate.portables import team_of
from tandem.kit.errors import Invalid, Refused
from tandem.kit.portable import Rows, changed, portable, words
from tandem.people.roles import Can
from tandem.queue.forms import LayoutForm
from tandem.queue.models import LAYOUT, Density, SavedView, Sharing

PLAIN: dict[str, Any] = {
    "pinned": True,
    "position": 0,
    "columns": [],
    "order": "",
    "grouping": "",
    "density": Density.COMFORTABLE.value,
}


@portable("views")
class Views:
    """A view is known by its name and the team it is shared with; what is new belongs to whoever brings it."""

    def told(self) -> Rows:
        rows = SavedView.objects.standing().exclude(shared=Sharing.NOBODY).select_related("team")
        return [self._told(row) for row in rows.order_by("name", "team__slug", "pk")]

    @staticmethod
    def _told(row: SavedView) -> dict[str, Any]:
        more = {name: getattr(row, name) for name, usual in PLAIN.items() if getattr(row, name) != usual}
        return {"name": row.name, "text": row.text, **({"team": row.team.slug} if row.team else {}), **more}

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        by.must_be_able_to(Can.SHAPE_WORDS)
        known = [words(row, needs=["name", "text"], may=["team", *PLAIN]) for row in rows]
        return [sentence for row in known for sentence in self._take({**PLAIN, **row}, by=by)]

    def _take(self, row: dict[str, Any], *, by: Any) -> list[str]:
        team = team_of(row.pop("team")) if row.get("team") else None
        after = {"name": str(row["name"]), "text": str(row["text"]), **_layout(row), **_place(row)}
        shared = SavedView.objects.standing().exclude(shared=Sharing.NOBODY).select_related("team", "owner")
        standing = shared.filter(name=after["name"], team=team).order_by("pk").first()
        before = {name: getattr(standing, name) for name in after} if standing else None
        told = changed(_("View “{name}”").format(name=after["name"]), before, after)
        if told:
            after |= {"team": team, "shared": Sharing.TEAM if team else Sharing.ALL}
            self._keep(standing, after, by=by)
        return told

    @staticmethod
    def _keep(standing: SavedView | None, after: dict[str, Any], *, by: Any) -> None:
        try:
            standing.change(by=by, **after) if standing else SavedView.objects.save_as(by=by, **after)
        except Refused as refusal:
            raise Invalid(refusal.sentence) from None


def _layout(row: dict[str, Any]) -> dict[str, Any]:
    form = LayoutForm({name: row[name] for name in LAYOUT})
    if not form.is_valid():
        raise Invalid(
            _("“{name}” is not shown like that: see {fields}.").format(name=row["name"], fields=", ".join(form.errors))
        )
    return dict(form.cleaned_data)


def _place(row: dict[str, Any]) -> dict[str, Any]:
    position = row["position"]
    if not isinstance(row["pinned"], bool) or not isinstance(position, int) or not 0 <= position <= 999:
        raise Invalid(_("“{name}”: it is pinned or not, and has a place from 0 to 999.").format(name=row["name"]))
    return {"pinned": row["pinned"], "position": position}
