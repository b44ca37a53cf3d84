from tandem.triage.models.assessment import Assessment
from tandem.triage.models.assignment import Assignment, Part
from tandem.triage.models.handoff import HandOff
from tandem.triage.models.schooling import Schooling

__all__ = ["Assessment", "Assignment", "HandOff", "Part", "Schooling"]
