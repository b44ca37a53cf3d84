"""Housekeeping of the queue of jobs itself."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tandem.kit.files import sweeping

KEPT_HOURS = 72


@app.periodic(cron="* * * * *")
@app.task(name="kit.retry_stalled", queueing_lock="kit.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give back what a worker had begun when it died; the queue does not do that by itself.

    A job may so run twice: every job is safe to.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="53 2 * * *")
@app.task(name="kit.sweep_files", queueing_lock="kit.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Let go of files that no row names: what was sent with a form that was refused, or by a worker that died."""
    sweeping.sweep()


@app.periodic(cron="17 3 * * *")
@app.task(name="kit.forget_done", queueing_lock="kit.forget_done", pass_context=True)
async def forget_done(context: JobContext, timestamp: int) -> None:
    """Let go of jobs done long ago: what they did stands in the rooms' rows. What failed stays until a person looked."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
