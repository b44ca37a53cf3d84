from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.submit import arrival


@app.task(name="submit.process", queue="inbound", retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def process(submission_id: int) -> None:
    arrival.process(submission_id)
