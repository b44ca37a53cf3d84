"""The ledger in words. A room says its own verbs where it records them: `say("escalation.accepted", "…")`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tandem.cases.audience import Audience
from tandem.cases.journey import Stage

Facts = Mapping[str, Any]
Words = str | Promise | Callable[[Facts], str]


def _moved(facts: Facts) -> str:
    return ngettext("{n} message moved to case {see}", "{n} messages moved to case {see}", facts["n"])


def _came(facts: Facts) -> str:
    return ngettext("{n} message came from case {see}", "{n} messages came from case {see}", facts["n"])


def _went_back(facts: Facts) -> str:
    return ngettext("{n} message went back to case {see}", "{n} messages went back to case {see}", facts["n"])


def _came_back(facts: Facts) -> str:
    return ngettext("{n} message came back from case {see}", "{n} messages came back from case {see}", facts["n"])


SENTENCES: dict[str, Words] = {
    "case.opened": _("Case opened"),
    "participant.joined": _("{name} takes part"),
    "participant.left": _("{name} takes part no more"),
    "participant.mail_stopped": _("{name} wants no more mail about this case"),
    "participant.mail_started": _("{name} gets our mail again"),
    "participant.mail_tried_again": _("Mail to {name} is tried again"),
    "proposal.made": _("Named in a mail, and might take part: {people}"),
    "proposal.declined": _("{email} does not take part"),
    "message.received": _("Message received"),
    "message.written": _("Note written"),
    "message.set_aside": _("Set aside: somebody wrote whom we do not know"),
    "attachment.held_back": _("“{name}” was held back: it is harmful ({found})"),
    "attachment.damaged": _("“{name}” is damaged or gone from where it rests; ask for it again"),
    "attachment.covered": _("Hidden in “{name}”: {kinds}"),
    "attachment.closed": _("“{name}” is closed: it may hold passwords that cannot be covered"),
    "attachment.shown": _("Looked at “{name}” as it came: {why}"),
    "attachment.uncovered": _("“{name}” holds no secret: it is given as it came"),
    "mail.shown": _("Looked at the mail as it came: {why}"),
    "ball.passed": _("The ball is with {to}"),
    "case.merged": _("Merged into case {into}"),
    "case.took_in": _("Took in case {case}"),
    "case.unmerged": _("Taken out of case {out_of} again"),
    "case.gave_back": _("Gave case {case} back"),
    "case.linked": _("{words} case {see}"),
    "case.unlinked": _("No longer: {words} case {see}"),
    "message.moved": _moved,
    "message.came": _came,
    "message.went_back": _went_back,
    "message.came_back": _came_back,
    "secret.hidden": _("Hidden in what was written: {kinds}"),
    "secret.shown": _("Looked at a hidden {kind}: {why}"),
    "case.erased": _("Erased everywhere: {what}. {why}"),
    **{f"case.entered_{stage}": stage.label for stage in Stage},
}


# What is called otherwise where others read it.
TO_OTHERS: dict[tuple[str, str], Words] = {
    ("message.written", Audience.CUSTOMER): _("Message to the customer"),
    ("message.written", Audience.RESTRICTED): _("Restricted note written"),
}


# What is said of a verb where no event is at hand, and its sentence alone does not tell it.
IN_GENERAL: dict[str, str | Promise] = {
    "message.written": _("A message or a note is written"),
    "ball.passed": _("Somebody else must move next"),
    "case.linked": _("Linked with another case"),
    "case.unlinked": _("No longer linked with another case"),
    "message.moved": _("Messages moved to another case"),
    "message.came": _("Messages came from another case"),
    "message.went_back": _("Messages went back to another case"),
    "message.came_back": _("Messages came back from another case"),
}


# Facts a sentence ends with, as in “Tried: {what}”.
TAIL = re.compile(r"(?:(?:: |\. )\{\w+\}(?: \{\w+\})*)+$")


class Forgiving(dict):
    def __missing__(self, key: str) -> str:
        return "…"


def say(verb: str, sentence: Words, *, in_general: str | Promise = "") -> None:
    """Tell how to say a verb; `{name}` stands for a fact of the event. A function of the facts gives such a sentence.

    `in_general` says it of no event; it is wanted beside a function.
    """
    SENTENCES[verb] = sentence
    if in_general:
        IN_GENERAL[verb] = in_general


def sentence(event: Any) -> str:
    """One line for a person; a verb nobody put into words is said as it is."""
    words = TO_OTHERS.get((event.verb, event.audience)) or SENTENCES.get(event.verb)
    facts: Facts = event.facts
    told = words(facts) if callable(words) else words
    return str(told).format_map(Forgiving(facts)) if told else event.verb.replace(".", " ").replace("_", " ")


def in_general(verb: str) -> str:
    """A verb as it may happen to any case, with “…” for a fact within its sentence; “” for one that nobody put into words."""
    words = IN_GENERAL.get(verb) or SENTENCES.get(verb, "")
    return "" if callable(words) else TAIL.sub("", str(words)).format_map(Forgiving())


def points_to(event: Any) -> int | None:
    """The number of the other case an event tells of, if it does."""
    return event.facts.get("see")
