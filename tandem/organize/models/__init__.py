from tandem.organize.models.field import Field, FieldKind
from tandem.organize.models.snooze import Snooze
from tandem.organize.models.tag import Tag, TagKind, TagMerge
from tandem.organize.models.tagging import Tagging
from tandem.organize.models.task import Task
from tandem.organize.models.task_list import TaskList
from tandem.organize.models.value import FieldValue

__all__ = [
    "Field",
    "FieldKind",
    "FieldValue",
    "Snooze",
    "Tag",
    "TagKind",
    "TagMerge",
    "Tagging",
    "Task",
    "TaskList",
]
