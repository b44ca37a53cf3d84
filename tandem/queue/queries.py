"""What the queue itself adds to columns: realms by the name people know them by."""

from django.utils.translation import gettext_lazy as _

from tandem.cases.columns import column
from tandem.intake import realms
from tandem.kit import say


@column("realm", _("Realm"), "realm")
def label(slug: str) -> str:
    known = realms.get(slug)
    return str(known.label) if known else slug


column("due", _("Due"), "due_at")(say.moment)
