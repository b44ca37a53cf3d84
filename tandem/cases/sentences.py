"""The ledger in words. A room says its own verbs where it records them: `say("escalation.accepted", "…")`."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tandem.cases.journey import Stage

SENTENCES: dict[str, str | Promise] = {
    "case.opened": _("Case opened"),
    "participant.joined": _("{name} takes part"),
    "participant.mail_stopped": _("{name} wants no more mail about this case"),
    "participant.mail_started": _("{name} gets our mail again"),
    "participant.mail_tried_again": _("Mail to {name} is tried again"),
    "message.received": _("Message received"),
    "message.written": _("Note written"),
    "ball.passed": _("The ball is with {to}"),
    "case.merged": _("Merged into case {into}"),
    "case.took_in": _("Took in case {case}"),
    "case.unmerged": _("Taken out of case {out_of} again"),
    "case.gave_back": _("Gave case {case} back"),
    **{f"case.entered_{stage}": stage.label for stage in Stage},
}


class Forgiving(dict):
    def __missing__(self, key: str) -> str:
        return "…"


def say(verb: str, sentence: str | Promise) -> None:
    """Tell how to say a verb; `{name}` stands for a fact of the event."""
    SENTENCES[verb] = sentence


def sentence(event: Any) -> str:
    """One line for a person; a verb nobody put into words is said as it is."""
    words = SENTENCES.get(event.verb)
    facts: Mapping[str, Any] = event.facts
    return str(words).format_map(Forgiving(facts)) if words else event.verb.replace(".", " ").replace("_", " ")
