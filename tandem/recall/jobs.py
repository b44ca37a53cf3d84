import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tandem.cases.models import Attachment
from tandem.kit import limited
from tandem.recall import learning
from tandem.recall.models import FileText

log = logging.getLogger(__name__)


@app.task(name="recall.read_file", queue="files", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def read_file(attachment_id: int) -> None:
    """Read the words of a file, so that it is found by them."""
    attachment = Attachment.objects.get(pk=attachment_id)
    try:
        FileText.objects.read(attachment)
    except limited.Stopped as trouble:
        log.info("The file of attachment %s is not found by its words: %s", attachment.key, trouble)


@app.periodic(cron="*/10 * * * *")
@app.task(name="recall.read_files_that_wait", queue="files", queueing_lock="recall.read_files_that_wait")
def read_files_that_wait(timestamp: int) -> None:
    learning.read_files()


@app.periodic(cron="*/10 * * * *")
@app.task(name="recall.learn_words", queueing_lock="recall.learn_words")
def learn_words(timestamp: int) -> None:
    learning.learn_words()
