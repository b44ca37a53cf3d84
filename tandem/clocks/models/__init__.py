from tandem.clocks.models.calendar import Calendar
from tandem.clocks.models.clock import Clock
from tandem.clocks.models.policy import Policy, PolicyVersion
from tandem.clocks.models.wait import Wait

__all__ = ["Calendar", "Clock", "Policy", "PolicyVersion", "Wait"]
