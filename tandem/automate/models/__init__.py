from django.utils.translation import gettext_lazy as _

from tandem.automate.models.macro import Macro, MacroNameTaken, MacroVersion
from tandem.automate.models.rehearsal import Rehearsal, occasions
from tandem.automate.models.rule import (
    MOST_AN_HOUR,
    MOST_FAILURES,
    ChangedMeanwhile,
    IsOff,
    NeverRehearsed,
    Rule,
    RuleNameTaken,
)
from tandem.automate.models.run import (
    FEW,
    MOST,
    Kind,
    NoCases,
    NothingToUndo,
    Run,
    StillAtIt,
    TooLate,
    TooMany,
)
from tandem.automate.models.step import RunStep
from tandem.automate.models.version import RuleVersion
from tandem.automate.writing import NotWritten
from tandem.cases.sentences import say

__all__ = [
    "FEW",
    "MOST",
    "MOST_AN_HOUR",
    "MOST_FAILURES",
    "ChangedMeanwhile",
    "IsOff",
    "Kind",
    "Macro",
    "MacroNameTaken",
    "MacroVersion",
    "NeverRehearsed",
    "NoCases",
    "NotWritten",
    "NothingToUndo",
    "Rehearsal",
    "Rule",
    "RuleNameTaken",
    "RuleVersion",
    "Run",
    "RunStep",
    "StillAtIt",
    "TooLate",
    "TooMany",
    "occasions",
]

say("run.made", _("“{title}”: {did}"))
say("run.undone", _("Undone: “{title}” ({did})"))
