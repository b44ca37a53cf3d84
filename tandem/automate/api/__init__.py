from tandem.automate.api import rules
from tandem.automate.api.runs import router

__all__ = ["router", "rules"]
