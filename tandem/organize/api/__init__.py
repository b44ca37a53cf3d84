from tandem.organize.api.doing import TaskOut
from tandem.organize.api.filling import FieldOut
from tandem.organize.api.reading import router
from tandem.organize.api.snoozing import SnoozeOut
from tandem.organize.api.tagging import TagOut

__all__ = ["FieldOut", "SnoozeOut", "TagOut", "TaskOut", "router"]
