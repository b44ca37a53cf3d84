from tandem.organize.api.reading import router
from tandem.organize.api.snoozing import SnoozeOut

__all__ = ["SnoozeOut", "router"]
