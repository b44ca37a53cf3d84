"""A template on its way into the composer: what its words promise, *Next update* promises too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.communicate import forms, variables
from tandem.communicate.models import Template
from tandem.kit import clock
from tandem.people.roles import Can
from tandem.writing.forms import FIELD


def usual(case: Case) -> dict[str, str]:
    """What *Next update* stands on before anybody chose: in four hours, or what is promised already if that is later."""
    promised, soonest = case.next_update_at, clock.now() + forms.USUAL
    return _at(promised) if promised and promised > soonest else {"when": "4h"}


def inserted(template: Template, case: Case, told: Mapping[str, str], *, by: Any) -> tuple[str, dict[str, str]]:
    """Its words in a composer that stands as it is `told`, and what *Next update* is to stand on with them.

    The very time, for “in 4 hours” goes on while one writes.
    """
    to_customer = told.get("audience") == Audience.CUSTOMER and by.may(Can.SPEAK)
    if not (to_customer and template.promises):
        return template.for_case(case, by=by), {}
    at = forms.promised({**usual(case), **told}, case, by=by)
    words = template.for_case(case, by=by, known={"promise": variables.heard_by(case, at)})
    return words, _at(at) if at else {}


def _at(promise_at: datetime) -> dict[str, str]:
    return {"when": "at", "at": timezone.localtime(promise_at).strftime(FIELD)}
