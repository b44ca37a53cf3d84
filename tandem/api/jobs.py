from datetime import timedelta

from procrastinate.contrib.django import app

from tandem.api.models import Answer
from tandem.kit import clock

KEPT = timedelta(days=7)


@app.periodic(cron="17 3 * * *")
@app.task(name="api.forget_answers", queueing_lock="api.forget_answers")
def forget_answers(timestamp: int) -> None:
    Answer.objects.filter(at__lt=clock.now() - KEPT).delete()
