"""The job queue: procrastinate on our database. Jobs are due now; what is due later is a row of ours."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, JobAborted
from procrastinate.jobs import Job, Status

from engine.errors import InvalidInput
from engine.storage.database import Database
from engine.storage.errors import is_lost
from engine.uow import AlreadyQueued

POOL_SIZE = 4
STALLED_SECONDS = 30
LONGEST_RETRY_SECONDS = 60
MOST_DEATHS = 20
FACTOR, MOST_PAUSES = 4, 6
log = logging.getLogger(__name__)


def queue(database: Database) -> App:
    """Return the queue of a database: its worker has the login of the system."""
    connector = PsycopgConnector(kwargs=database.system_arguments, min_size=1, max_size=POOL_SIZE)
    return App(connector=connector, worker_defaults={"delete_jobs": "successful"})


class AfterALoss(BaseRetryStrategy):
    """A job that lost the database, or was told to stop, is done again; any other failure is the job's own."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None."""
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if is_lost(exception):
            return RetryDecision(retry_in={"seconds": min(2**job.attempts, LONGEST_RETRY_SECONDS)})
        return None


class AfterAFailure(AfterALoss):
    """Any failure is tried again, each time after a longer pause; the job itself says when that is enough."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again: after 4 s, 16 s, … 1 h, at once after a loss."""
        pause = FACTOR ** min(job.attempts + 1, MOST_PAUSES)
        after_a_loss = super().get_retry_decision(exception=exception, job=job)
        return after_a_loss or RetryDecision(retry_in={"seconds": pause})


class QueueJobs:
    """Puts jobs into the queue on the caller's own connection, so they live and die with its transaction.

    It defers through a queue without connections of its own: the worker's would refuse inside a running job.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._deferring = App(connector=SyncPsycopgConnector())

    def enqueue(self, driver: Any, job: str, arguments: Mapping[str, Any], queueing_lock: str | None) -> int:
        """Insert one job. Raises AlreadyQueued (its transaction must then go back to a savepoint)."""
        if job not in self._app.tasks:
            raise InvalidInput(
                f"队列中没有名为“{job}”的作业;请使用已登记的作业。", code="job.unknown", job=job
            )
        deferrer = self._deferring.configure_task(
            job, allow_unknown=True, connection=driver, queueing_lock=queueing_lock
        )
        try:
            return deferrer.defer(**arguments)
        except AlreadyEnqueued:
            raise AlreadyQueued(queueing_lock) from None


async def reap(app: App, *, seconds: float = STALLED_SECONDS) -> int:
    """Give the jobs of dead workers back to the queue and forget those workers; return how many jobs.

    A worker is dead when its heartbeat is older than `seconds`. Effects stay single: each job claims rows.
    A job that outlived MOST_DEATHS workers is given to no other: it ends as failed, for an operator to see.
    """
    manager, given_back = app.job_manager, 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        with suppress(ConnectorException):  # another reaper was faster
            if job.attempts < MOST_DEATHS:
                await manager.retry_job(job)
                given_back += 1
            else:
                log.error("job %s has ended %s workers; it is given to no other", job.id, job.attempts)
                await manager.finish_job(job, Status.FAILED, delete_job=False)
    await manager.prune_stalled_workers(seconds)
    return given_back


def drain(app: App) -> None:
    """Run every job that is in the queue now, then return; for tools and tests that keep their own clock."""

    async def run() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(run())
