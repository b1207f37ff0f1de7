"""Jobs and timers as administrators see them: what failed, what is going on, what comes next; a failed job is done again."""

from flask import Flask, render_template, url_for

from host.health import queued
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system

STATES = {"failed": "失败", "doing": "正在做", "todo": "在排队"}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/jobs", "jobs", show)
    app.add_url_rule("/manage/jobs/<int:number>/retry", "retry_job", retry, methods=["POST"])


def show(fault: str = "") -> str:
    """List the jobs that are not done and the timers that come next."""
    with system().bihuan.unit_of_work() as uow:
        jobs, timers, now = queued.jobs(uow), queued.timers(uow), uow.now()
    return render_template(
        "manage/jobs.html",
        jobs=jobs,
        timers=timers,
        now=now,
        most=queued.MOST,
        words=queued.WORDS,
        states=STATES,
        fault=fault,
        said=said(),
    )


def retry(number: int) -> Answer:
    """Do a job again that failed."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            queued.retry(uow, number, by=acting_now().own)
        return url_for("jobs", said="job_retried")

    return answered(command, show)
