"""The work that waits, as an operator reads it: jobs of the queue, timers of diagrams; a job that failed is done again."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, text

from engine.access import Actor
from engine.errors import NotFound, WrongState
from engine.uow import UnitOfWork

MOST: Final = 50
WORDS: Final[Mapping[str, str]] = {
    "fire_timers": "触发到期的计时",
    "send_rungs": "发出提醒和催办",
    "send_letters": "发送邮件和群消息",
    "deliver_webhooks": "通知外部系统",
    "hear_calls": "办理外部系统的来信",
    "hand_over": "转交流程抛出的消息",
    "launch_subjects": "为一批对象启动事项",
    "run_bulk": "办理一批命令",
    "import_file": "导入文件",
}
"""What a job does, by its name; a test holds it against the queue."""

_JOBS = text("""
select job.id, job.task_name as name, job.status::text as status, job.attempts,
       (select max(event.at) from queue.procrastinate_events event where event.job_id = job.id) as since
  from queue.procrastinate_jobs job where job.status in ('failed', 'doing', 'todo')
 order by array_position(array['failed', 'doing', 'todo'], job.status::text), job.id limit :most
""")
_TIMERS = text("""
select timer.id, instance.business_key, timer.element_id, timer.due_at, timer.next_attempt_at, timer.attempts
  from app.timer join app.process_instance instance on instance.id = timer.instance_id
 where timer.status = 'planned' order by timer.next_attempt_at, timer.id limit :most
""")
_LOCKED = text("""
select job.status::text, job.task_name, exists (
    select from queue.procrastinate_jobs other where other.queueing_lock = job.queueing_lock and other.status = 'todo')
  from queue.procrastinate_jobs job where job.id = :id for update
""")
_AGAIN = text("select queue.procrastinate_retry_job_v2(:id, now(), null, null, null)")


def jobs(uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Return the jobs that are not done, at most MOST: those that failed first, then those going on, then those waiting."""
    return uow.session.execute(_JOBS, {"most": MOST}).all()


def timers(uow: UnitOfWork) -> Sequence[Row[Any]]:
    """Return the timers that come next, at most MOST."""
    return uow.session.execute(_TIMERS, {"most": MOST}).all()


def retry(uow: UnitOfWork, job_id: int, *, by: Actor) -> None:
    """Put a job that failed into the queue again. Raises NotFound; WrongState unless it failed and none like it waits."""
    found = uow.session.execute(_LOCKED, {"id": job_id}).first()
    if found is None:
        raise NotFound(f"找不到作业 {job_id};它可能已经做完,请刷新本页。", code="job.not_found")
    status, name, waits = found
    if status != "failed":
        raise WrongState(f"作业 {job_id} 没有失败,不用再做;请刷新本页。", code="job.not_failed", found=status)
    if waits:
        raise WrongState(f"同样的作业已经在排队,会一并做完;作业 {job_id} 不用再做。", code="job.waits")
    uow.session.execute(_AGAIN, {"id": job_id})
    uow.audit("job.retry", by=by, subject=str(job_id), data={"name": name})
