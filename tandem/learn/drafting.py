"""An article out of the ledger of a case, without a model: what the customer saw, where, why, what helped, what did not."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message
from tandem.close.models import Reason
from tandem.escalate.models import HandBack
from tandem.investigate.models import Attempt, Needed, Outcome
from tandem.learn.scrubbing import names_around

MOST_CHARACTERS = 4000
# Facts that say something of this customer or this day, not of where the problem lives.
NOT_OF_THE_PLACE = {"problem", "environment", "since", "affected", "workaround", "tier", "open_cases"}

CAME_OF_IT = {
    Outcome.HELPED: gettext_lazy("helped"),
    Outcome.NO_EFFECT: gettext_lazy("did not help"),
    Outcome.WORSE: gettext_lazy("made it worse"),
    Outcome.INCONCLUSIVE: gettext_lazy("showed nothing clear"),
}
IS_NEEDED = {
    Needed.YES: gettext_lazy("also required"),
    Needed.NO: gettext_lazy("not required"),
    Needed.UNKNOWN: gettext_lazy("unknown whether it is also required"),
}


def sections_of(case: Case) -> dict[str, str]:
    """{"title", "symptom", "environment", "cause", "resolution", "tried"} as Markdown, with nobody's name in it."""
    with translation.override(settings.LANGUAGE_CODE):
        names = names_around(case)
        resolution = case.resolutions.standing().first()
        told = {
            "title": case.title,
            "symptom": _symptom(case),
            "environment": _environment(case),
            "cause": _cause(case, resolution),
            "resolution": _resolution(case, resolution),
            "tried": _tried(Attempt.objects.of(case).order_by("done_at", "pk")),
        }
        return {name: names.scrub(text[:MOST_CHARACTERS]).strip() for name, text in told.items()}


def _symptom(case: Case) -> str:
    first = Message.objects.of(case).from_customer().filter(audience=Audience.CUSTOMER).first()
    return _quoted(first.body if first else case.title)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _environment(case: Case) -> str:
    rows = [row for row in case.facts.table() if row.audience == Audience.CUSTOMER and row.key not in NOT_OF_THE_PLACE]
    told = [(row.label, row.measured or row.told) for row in rows]
    if not told and case.environment:
        told = [(_("Product version"), case.environment.version), (_("Region"), case.environment.region)]
    return "\n".join(f"- {label}: {_one_line(value)}" for label, value in told if value)


def _cause(case: Case, resolution: Any) -> str:
    if resolution and resolution.cause:
        return resolution.cause
    card = HandBack.objects.filter(escalation__case=case).order_by("-pk").first()
    return card.cause if card else ""


def _resolution(case: Case, resolution: Any) -> str:
    """What we changed; the way around it where that is all there is."""
    if resolution and not case.closures.standing().filter(reason=Reason.WORKAROUND_ACCEPTED).exists():
        return "\n\n".join(part for part in (resolution.words, resolution.changed) if part)
    workaround = case.workarounds.first()
    return workaround.steps if workaround else ""


def _tried(attempts: Iterable[Attempt]) -> str:
    """A line each, oldest first, those that did not help above all."""
    return "\n".join(_line(attempt) for attempt in attempts)


def _line(attempt: Attempt) -> str:
    said = [str(CAME_OF_IT[Outcome(attempt.outcome)])]
    if attempt.outcome != Outcome.HELPED and attempt.still_in_place is not False:
        said.append(_("still in place"))
        said.append(str(IS_NEEDED[Needed(attempt.needed or Needed.UNKNOWN)]))
    effect = f" {_one_line(attempt.effect)}" if attempt.effect else ""
    return f"- **{_one_line(attempt.what).rstrip('.')}**: {', '.join(said)}.{effect}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
