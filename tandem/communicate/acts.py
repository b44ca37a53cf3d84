"""What one may do by name with words to the customer. A template is written by a person; what it lacks is never sent."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.acts import AsItWas, Undo, act, undoes
from tandem.cases.acts.fields import Span, Word
from tandem.cases.models import Ball, Case
from tandem.communicate import variables
from tandem.communicate.models import PlannedUpdate, Promise, Template
from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.people.roles import Can


class NotFilledIn(Refused):
    """A word of the template is not known on this case."""


class ReplyFrom(Word):
    """A template by its name; a team's own before everybody's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Template"), **kwargs})

    def known(self) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted({template.name for template in Template.objects.offered_to(self.by)})]

    def meant(self, word: str) -> Template | None:
        found = Template.objects.offered_to(self.by).filter(name=word)
        return found.order_by(F("team").asc(nulls_last=True)).first()

    def unknown(self) -> str:
        return _("There is no template “{word}” that may be used here.")


@act(
    "promise",
    gettext_lazy("Promise the next word"),
    gettext_lazy("promise them the next word within {within}"),
    needs=Can.SPEAK,
    asks={"within": Span(label=gettext_lazy("Within"))},
)
def promise(case: Case, *, by: Any, within: timedelta) -> Undo:
    before = case.lock().next_update_at
    made = case.promises.make(clock.now() + within, by=by)
    return {"promise": made.pk, "before": before and before.isoformat()}


@undoes("promise")
def take_promise_back(case: Case, *, by: Any, told: Undo) -> None:
    before = told["before"] and datetime.fromisoformat(told["before"])
    Promise.objects.select_related("case").get(pk=told["promise"]).take_back(by=by, instead=before)


@act(
    "draft_reply",
    gettext_lazy("Prepare a reply from a template"),
    gettext_lazy("prepare the reply “{template}”, to be read and sent by a person"),
    needs=Can.WORK,
    asks={"template": ReplyFrom()},
)
def draft_reply(case: Case, *, by: Any, template: Template) -> Undo:
    text = template.for_case(case, by=by)
    if case.planned_updates.waiting().filter(body=text).exists():
        raise AsItWas
    return {"planned": case.planned_updates.prepare(text, by=by, promise_at=_said(template, case)).pk}


@act(
    "send_reply",
    gettext_lazy("Send a reply from a template"),
    gettext_lazy("send them the reply “{template}”"),
    needs=Can.SPEAK,
    asks={"template": ReplyFrom()},
    speaks=True,
)
def send_reply(case: Case, *, by: Any, template: Template) -> Undo | None:
    if empty := variables.first_empty(template.body, case, by=by):
        raise NotFilledIn(_("“{name}” of the template is not known here, so nothing was sent.").format(name=empty))
    text, wait = template.for_case(case, by=by), settings.UNDO_SECONDS
    promised, leaves_at = _said(template, case), clock.now() + timedelta(seconds=wait)
    still_ahead = promised if promised and promised > leaves_at else None
    saying: Any = {"by": by, "promise_at": still_ahead, "ball": Ball.CUSTOMER}
    if not wait:
        case.updates.send(text, **saying)
        return None
    return {"planned": case.planned_updates.plan(text, leaves_at=leaves_at, **saying).pk}


def _said(template: Template, case: Case) -> datetime | None:
    """What is promised already, if its words say so: sending them would keep that promise, and leave their word unkept."""
    return case.next_update_at if template.promises and variables.heard_by(case, case.next_update_at) else None


@undoes("draft_reply")
@undoes("send_reply")
def take_reply_back(case: Case, *, by: Any, told: Undo) -> None:
    PlannedUpdate.objects.select_related("case").get(pk=told["planned"]).withdraw(by=by)
