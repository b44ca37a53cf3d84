from django.utils.translation import gettext_lazy as _

from tandem.automate.models.run import (
    FEW,
    MOST,
    Kind,
    NoCases,
    NothingToUndo,
    Run,
    RunStep,
    StillAtIt,
    TooLate,
    TooMany,
)
from tandem.cases.sentences import say

__all__ = [
    "FEW",
    "MOST",
    "Kind",
    "NoCases",
    "NothingToUndo",
    "Run",
    "RunStep",
    "StillAtIt",
    "TooLate",
    "TooMany",
]

say("run.made", _("“{title}”: {did}"))
say("run.undone", _("Undone: “{title}” ({did})"))
