"""The first answer, as one would begin it: what they said, that we see what it does to them, and who they hear from."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.triage.priority import Priority


def acknowledgment(case: Case, by: Any) -> str:
    """To be read, and mended, by a person before it goes out. The time they hear more stands beside it."""
    paragraphs = [
        _("Hello {name},").format(name=case.reporter.first_name),
        _("thank you for telling us: “{title}”. {feeling}").format(title=case.title, feeling=_feeling(case.priority)),
        _(
            "I look after your case. You hear from me again by the time promised here, even if there is no news by then."
        ),
        by.name,
    ]
    return "\n\n".join(paragraphs)


def _feeling(priority: int) -> str:
    """Not more than we know: before it is judged we are only sorry."""
    match priority:
        case Priority.CRITICAL:
            return _("I see that this stops you, and that every hour counts.")
        case Priority.HIGH:
            return _("I see that this holds up work that matters.")
        case Priority.MEDIUM | Priority.LOW:
            return _("I see that this gets in your way.")
    return _("I am sorry for the trouble it gives you.")
