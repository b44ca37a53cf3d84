from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.organize.models import Snooze, Task
from tandem.organize.waking import Woke


@app.task(name="organize.wake", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def wake(snooze_id: int) -> None:
    """Its time has come, unless something woke it before."""
    if snooze := Snooze.objects.due().select_related("case").filter(pk=snooze_id).first():
        snooze.wake(Woke.TIME)


@app.task(name="organize.task_due", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def task_due(task_id: int, due_at: str) -> None:
    """Said once, by the job of the time it has now."""
    if task := Task.objects.open().select_related("case").filter(pk=task_id, due_at=due_at).first():
        task.come_due()
