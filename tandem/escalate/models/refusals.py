from tandem.kit.errors import Invalid, NotAllowed, Refused


class NothingAsked(Invalid):
    """Say exactly what engineering should answer or do."""


class NotEngineering(Invalid):
    """Only an engineering team can be asked by an escalation. Hand the case off instead."""


class StillWaiting(Refused):
    """This team has the case already. Wait for their answer, or withdraw the escalation."""


class AlreadyAnswered(Refused):
    """This escalation was answered or withdrawn already."""


class ReasonsMissing(Invalid):
    """Say what has to be there before the team can work on it."""


class NotActive(Refused):
    """Only an escalation that was accepted, and not handed back since, can be handed back."""


class CardIncomplete(Invalid):
    """Support needs the cause in a sentence or two, and what to tell the customer."""


class NotHandedBack(Refused):
    """This escalation stands with neither side any more: it was answered, withdrawn, or support has it already."""


class NotOfThisTeam(NotAllowed):
    """Only members of the team that was asked, or a manager, can do this."""


class NotTheirs(NotAllowed):
    """Only the customer owner, or a manager, takes a case back from engineering."""
