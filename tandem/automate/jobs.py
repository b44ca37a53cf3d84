from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.automate.models import Run


@app.task(name="automate.work", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def work(run_id: int) -> None:
    """Work through the cases of a run that still wait."""
    Run.objects.get(pk=run_id).work()


@app.task(name="automate.undo", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def undo(run_id: int) -> None:
    """Take back what is left of a run."""
    Run.objects.select_related("undo_asked_by").get(pk=run_id).take_back()
