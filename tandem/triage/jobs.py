from procrastinate.contrib.django import app

from tandem.triage.models import Schooling


@app.periodic(cron="13 * * * *")
@app.task(name="triage.learn", queueing_lock="triage.learn")
def learn(timestamp: int) -> None:
    """Learn suggestions anew from the last cases people judged."""
    Schooling.objects.learn()
