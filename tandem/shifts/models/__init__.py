from tandem.shifts.models.handover import Handed, HandOver, Reading
from tandem.shifts.models.shift import Shift

__all__ = ["HandOver", "Handed", "Reading", "Shift"]
