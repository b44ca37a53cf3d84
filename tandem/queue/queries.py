"""What the queue itself adds to asking: realms by the name people know them by."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tandem.cases.columns import column
from tandem.cases.query.words import suggests
from tandem.intake import realms
from tandem.kit import say


@suggests("realm")
def realm(begun: str, actor: Any) -> list[tuple[str, str]]:
    known = ((realm.slug, str(realm.label)) for realm in realms.all())
    return [(slug, label) for slug, label in known if begun.lower() in f"{slug} {label.lower()}"]


@column("realm", _("Realm"), "realm")
def label(slug: str) -> str:
    known = realms.get(slug)
    return str(known.label) if known else slug


column("due", _("Due"), "due_at")(say.moment)
