from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.submit import arrival
from tandem.submit.models import Draft


@app.task(name="submit.process", queue="inbound", retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def process(submission_id: int) -> None:
    arrival.process(submission_id)


@app.periodic(cron="27 3 * * *")
@app.task(name="submit.let_go_of_drafts", queueing_lock="submit.let_go_of_drafts")
def let_go_of_drafts(timestamp: int) -> None:
    Draft.objects.let_go()
