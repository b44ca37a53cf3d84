from tandem.investigate.models.attempt import Attempt, Needed, Outcome
from tandem.investigate.models.evidence import Bearing, Evidence
from tandem.investigate.models.hypothesis import Hypothesis, HypothesisState

__all__ = ["Attempt", "Bearing", "Evidence", "Hypothesis", "HypothesisState", "Needed", "Outcome"]
