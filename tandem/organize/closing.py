"""What must be true before a case is closed, and what whoever closes it should know."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.models import Case, Link
from tandem.cases.sentences import say
from tandem.kit.addresses import url
from tandem.kit.errors import Refused
from tandem.organize.models import Task

say("child.left_open", gettext_lazy("Closed although children are open ({cases}): {why}"))


def _closed(facts: Any) -> str:
    if facts["left"]:
        return _("Case {see}, below this one, closed: {left} more are open")
    return _("Case {see}, below this one, closed: all of them are now")


say("child.closed", _closed, in_general=gettext_lazy("A case below this one closed"))

MOST = 20


class TasksMustBeDone(Refused):
    """Some tasks must be done before this case is closed."""


class ChildrenAreOpen(Refused):
    """A parent closes when its children are closed."""


def must_be_ready(case: Case, *, by: Any, despite: str = "") -> None:
    """Refuses while a task must be done, or a child is open and nobody says why it may be `despite` that.

    Raises `TasksMustBeDone`, `ChildrenAreOpen`.
    """
    if tasks := list(case.tasks.open().filter(must=True)[:MOST]):
        said = _("Before this case is closed, do: {tasks}.").format(tasks=_named(tasks))
        raise _leading_to(TasksMustBeDone(said), case, "task", _("To the tasks"))
    if open_ones := open_children(case):
        numbers = ", ".join(str(child.number) for child in open_ones)
        if not (why := despite.strip()):
            said = _("Children of this case are still open: {cases}. Close them first, or say why it closes without.")
            raise _leading_to(ChildrenAreOpen(said.format(cases=numbers)), case, "child", _("To the children"))
        case.record("child.left_open", by=by, cases=numbers, why=why[:500])


def open_children(case: Case) -> list[Case]:
    below = Link.objects.to_parents().filter(other=case, case__in_queue=True).select_related("case")
    return [link.case for link in below.order_by("case__number")[:MOST]]


def open_tasks(case: Case) -> str:
    """A sentence that lists what is still to be done; nothing if all is done."""
    tasks = list(case.tasks.open()[: MOST + 1])
    return _("Still to be done, and left open: {tasks}.").format(tasks=_named(tasks)) if tasks else ""


def _named(tasks: list[Task]) -> str:
    named = ", ".join(f"“{task.text}”" for task in tasks[:MOST])
    return f"{named}, …" if len(tasks) > MOST else named


def _leading_to(refusal: Refused, case: Case, panel: str, words: str) -> Refused:
    refusal.way_on = (f"{url('case', case.number)}?open={panel}#panel-{panel}", words)
    return refusal
