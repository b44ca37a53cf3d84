from tandem.cases.api.hidden import ErasureOut, SecretOut
from tandem.cases.api.proposals import PersonProposed
from tandem.cases.api.reading import CaseForCustomer, CaseOut, MessageOut, as_read_by, find_case, router
from tandem.cases.api.together import LinkOut, MergeOut, MoveOut

__all__ = [
    "CaseForCustomer",
    "CaseOut",
    "ErasureOut",
    "LinkOut",
    "MergeOut",
    "MessageOut",
    "MoveOut",
    "PersonProposed",
    "SecretOut",
    "as_read_by",
    "find_case",
    "router",
]
