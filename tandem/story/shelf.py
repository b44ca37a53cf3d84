"""The views people at the company keep of their queue."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.queue.models import Grouping, SavedView, Sharing


def keep(who: dict[str, Any]) -> None:
    save = SavedView.objects.save_as
    save(_("Late with us"), text="is:late ball:support", by=who["max"], shared=Sharing.ALL)
    columns = ["number", "account", "stage", "owners", "promise", "realm", "opened"]
    grouped = {"grouping": Grouping.STAGE, "columns": columns}
    save(_("Soon due, mine"), text="owner:me promise:<8h", by=who["sam"], **grouped)
    save(_("Not judged yet"), text="priority:none", by=who["max"], shared=Sharing.ALL, pinned=False)
