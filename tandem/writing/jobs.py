from procrastinate.contrib.django import app

from tandem.writing.models import Draft


@app.periodic(cron="41 3 * * *")
@app.task(name="writing.let_go", queueing_lock="writing.let_go")
def let_go(timestamp: int) -> None:
    Draft.objects.let_go()
