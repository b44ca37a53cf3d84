from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.kit import clock
from tandem.submit import confirming, overdue
from tandem.submit.mailboxes import alarms, trial
from tandem.submit.models import Draft, Mailbox, Unconfirmed, WidgetUse


@app.periodic(cron="27 3 * * *")
@app.task(name="submit.let_go", queueing_lock="submit.let_go")
def let_go(timestamp: int) -> None:
    Draft.objects.let_go()
    Unconfirmed.objects.let_go()
    WidgetUse.objects.filter(expires_at__lt=clock.now()).delete()


@app.task(name="submit.ask_to_confirm", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def ask_to_confirm(unconfirmed_id: int) -> None:
    confirming.ask(unconfirmed_id)


@app.task(name="submit.try_mailbox", queue="inbound")
def try_mailbox(mailbox_id: int) -> None:
    trial.come_in(mailbox_id)


@app.task(name="submit.take_consent", queue="inbound")
def take_consent(mailbox_id: int, code: str, verifier: str) -> None:
    trial.take_consent(mailbox_id, code=code, verifier=verifier)


@app.task(name="submit.tell_of_mailbox", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def tell_of_mailbox(mailbox_id: int, user_id: int, about: str, outage: str) -> None:
    alarms.tell(mailbox_id, user_id, about, outage)


@app.periodic(cron="* * * * *")
@app.task(name="submit.watch_mailboxes", queueing_lock="submit.watch_mailboxes")
def watch_mailboxes(timestamp: int) -> None:
    Mailbox.objects.watch()


@app.task(name="submit.tell_of_overdue", queue="outbound", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def tell_of_overdue(user_id: int, noticed: str) -> None:
    overdue.tell(user_id, noticed)


@app.periodic(cron="* * * * *")
@app.task(name="submit.watch_waiting_mail", queueing_lock="submit.watch_waiting_mail")
def watch_waiting_mail(timestamp: int) -> None:
    overdue.watch()


@app.periodic(cron="23 3 * * *")
@app.task(name="submit.forget_mailbox_secrets", queueing_lock="submit.forget_mailbox_secrets")
def forget_mailbox_secrets(timestamp: int) -> None:
    Mailbox.objects.forget_secrets()
