from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.automate import firing, telling
from tandem.automate.models import Rehearsal, Rule, Run


@app.task(name="automate.work", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def work(run_id: int) -> None:
    """Work through the cases of a run that still wait."""
    Run.objects.get(pk=run_id).work()


@app.task(name="automate.undo", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def undo(run_id: int) -> None:
    """Take back what is left of a run."""
    Run.objects.select_related("undo_asked_by").get(pk=run_id).take_back()


@app.task(name="automate.rehearse", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def rehearse(rehearsal_id: int) -> None:
    """Look up what a rule would have done."""
    Rehearsal.objects.get(pk=rehearsal_id).work()


@app.task(name="automate.tell_paused", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def tell_paused(rule_id: int) -> None:
    telling.tell_paused(Rule.objects.select_related("switched_on_by").get(pk=rule_id))


@app.periodic(cron="* * * * *")
@app.task(name="automate.let_time_pass", queueing_lock="automate.let_time_pass", lock="automate.let_time_pass")
def let_time_pass(timestamp: int) -> None:
    """Rules that wait for a time to pass."""
    firing.let_time_pass()
