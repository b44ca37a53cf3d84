"""The road a case walks. Each stage is a room with the same name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    SUBMIT = "submit", _("Submitted")
    INTAKE = "intake", _("Gathering facts")
    TRIAGE = "triage", _("In triage")
    INVESTIGATE = "investigate", _("Under investigation")
    ESCALATE = "escalate", _("With engineering")
    RESOLVE = "resolve", _("To be verified")
    CLOSE = "close", _("Closed")


ROADS: dict[str, set[str]] = {
    Stage.SUBMIT: {Stage.INTAKE, Stage.TRIAGE, Stage.CLOSE},
    Stage.INTAKE: {Stage.TRIAGE, Stage.INVESTIGATE, Stage.CLOSE},
    Stage.TRIAGE: {Stage.INTAKE, Stage.INVESTIGATE, Stage.RESOLVE, Stage.CLOSE},
    Stage.INVESTIGATE: {Stage.INTAKE, Stage.TRIAGE, Stage.ESCALATE, Stage.RESOLVE, Stage.CLOSE},
    Stage.ESCALATE: {Stage.INVESTIGATE, Stage.RESOLVE, Stage.CLOSE},
    Stage.RESOLVE: {Stage.INVESTIGATE, Stage.ESCALATE, Stage.CLOSE},
    Stage.CLOSE: {Stage.INVESTIGATE, Stage.TRIAGE},
}

ORDER = list(Stage)


def is_before(stage: str, other: str) -> bool:
    """Whether `stage` comes earlier on the road than `other`."""
    return ORDER.index(Stage(stage)) < ORDER.index(Stage(other))
