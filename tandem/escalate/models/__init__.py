from tandem.escalate.models.escalation import Escalation, State
from tandem.escalate.models.hand_back import HandBack

__all__ = ["Escalation", "HandBack", "State"]
