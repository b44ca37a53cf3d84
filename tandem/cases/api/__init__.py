from tandem.cases.api.reading import CaseForCustomer, CaseOut, MessageOut, as_read_by, find_case, router
from tandem.cases.api.together import LinkOut, MergeOut, MoveOut

__all__ = [
    "CaseForCustomer",
    "CaseOut",
    "LinkOut",
    "MergeOut",
    "MessageOut",
    "MoveOut",
    "as_read_by",
    "find_case",
    "router",
]
