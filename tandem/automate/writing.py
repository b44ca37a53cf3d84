"""What is written of a rule, checked: a sentence with its place for whatever is wrong."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tandem.automate import seeing
from tandem.automate.waiting import WAITINGS
from tandem.cases.acts.fields import span as length
from tandem.cases.sentences import SENTENCES
from tandem.kit.conditions import tidy, wrong_with
from tandem.kit.errors import Invalid


class NotWritten(Invalid):
    """This rule cannot be used yet."""


def checked_when(when: str, span: str) -> tuple[str, str]:
    """Raises `NotWritten`."""
    when, span = when.strip(), span.strip().lower()
    if when in WAITINGS:
        try:
            length(span)
        except ValidationError:
            raise NotWritten(_("When: say how long, as 30m, 4h, 2d or 1w.")) from None
        return when, span
    if when not in SENTENCES or when.startswith("run."):
        raise NotWritten(_("When: “{when}” is nothing that happens to a case.").format(when=when[:60]))
    return when, ""


def checked_condition(source: str) -> str:
    """Raises `NotWritten`, in a sentence with its place."""
    source = tidy(source)
    if wrong := wrong_with(source, seeing.understood):
        raise NotWritten(wrong)
    return source
