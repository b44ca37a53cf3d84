from procrastinate.contrib.django import app

from tandem.resolve.models import Workaround


@app.periodic(cron="*/5 * * * *")
@app.task(name="resolve.watch_workarounds", queueing_lock="resolve.watch_workarounds")
def watch_workarounds(timestamp: int) -> None:
    Workaround.objects.watch()
