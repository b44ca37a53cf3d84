from tandem.investigate.models.attempt import Attempt, Needed, Outcome
from tandem.investigate.models.evidence import Bearing, Evidence
from tandem.investigate.models.hypothesis import Hypothesis, State

__all__ = ["Attempt", "Bearing", "Evidence", "Hypothesis", "Needed", "Outcome", "State"]
