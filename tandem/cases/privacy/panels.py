from typing import Any

from django.db.models import Q

from tandem.cases.http import Panel
from tandem.cases.models import Case, Secret
from tandem.cases.privacy.forms import ErasureForm
from tandem.people.roles import Can

MOST = 100


def _hidden(case: Case, actor: Any) -> dict:
    secrets = Secret.objects.visible_to(actor).filter(Q(case=case) | Q(case__merged_into=case))
    return {
        "secrets": secrets.select_related("message__author", "attachment")[:MOST],
        "erasures": case.erasures.select_related("erased_by")[:MOST],
        "form": ErasureForm(),
        "may_erase": actor.may(Can.STEER),
    }


hidden = Panel("hidden", "cases/secret/_panel.html", _hidden, hears=("secret", "case", "message"))
