from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.people import mails


@app.task(name="people.send_mail", queue="outbound", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
def send_mail(key: str) -> None:
    mails.send(key)


@app.task(name="people.show_the_way_in", queue="outbound", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
def show_the_way_in(user: int) -> None:
    mails.show_the_way_in(user)
