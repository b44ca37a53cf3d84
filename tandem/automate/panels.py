from typing import Any

from tandem.automate.models import Macro, Run
from tandem.cases import acts
from tandem.cases.acts import Act
from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.kit.errors import Refused

MOST = 100


def _macros(case: Case, actor: Any) -> dict[str, Any]:
    return {"macros": Macro.objects.offered_to(actor).select_related("team")[:MOST]}


macros = Panel("macros", "automate/macro/_panel.html", _macros)


def preview(macro: Macro, case: Case, actor: Any) -> dict[str, Any]:
    """What it would do here, each act really tried; with the words the customer would read."""
    [(_case, told)] = Run.objects.preview([case], macro.acts, by=actor)
    texts = [text for doing in macro.acts if (text := _words(acts.get(doing["act"]), doing["with"], case, actor))]
    return {"macro": macro, "tried": told, "texts": texts, "fits": told[-1].outcome not in ("refused", "failed")}


def _words(act: Act, told: dict[str, Any], case: Case, actor: Any) -> str:
    """The reply of an act that has one, as it reads on this case."""
    try:
        template = act.understood(told, by=actor).get("template")
    except Refused:
        return ""
    return template.for_case(case, by=actor) if template else ""
