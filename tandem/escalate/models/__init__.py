from tandem.escalate.models.escalation import Escalation, EscalationState
from tandem.escalate.models.hand_back import HandBack

__all__ = ["Escalation", "EscalationState", "HandBack"]
