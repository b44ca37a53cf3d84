from typing import Any

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.notify.models import Mute, Watch


def _watching(case: Case, actor: Any) -> dict:
    watches = list(Watch.objects.visible_to(actor).standing().filter(case=case).select_related("watched_by")[:100])
    return {
        "watches": watches,
        "watches_it": any(watch.watched_by_id == actor.pk for watch in watches),
        "is_muted": Mute.objects.standing().filter(case=case, muted_by=actor.pk).exists(),
    }


watching = Panel("watch", "notify/watch/_panel.html", _watching, hears=("assignment",))
