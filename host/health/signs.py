"""The signs of life, as one statement reads them; the database knows them of all processes on all machines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from engine.uow import UnitOfWork
from host.workers.queueing import STALLED_SECONDS

LATE = timedelta(minutes=1)
READ = text("""
select abs(extract(epoch from :now - (select max(at) from app.sweep))) as sweep_age_seconds,
       extract(epoch from clock_timestamp()) as database_time,
       (select count(*) from app.timer where status = 'planned' and next_attempt_at < :late) as late_timers,
       (select count(*) from app.ladder_rung where status = 'planned' and at < :late) as late_reminders,
       (select count(*) from app.incident where resolved_at is null) as open_incidents,
       (select count(*) from app.audit_tail) as unsealed_entries,
       (select extract(epoch from :now - min(entry.at)) from app.audit_tail tail
          join app.audit_entry entry on entry.id = tail.entry_id) as unsealed_age_seconds,
       (select count(*) from app.webhook_delivery where status = 'planned' and next_attempt_at < :late) as late_deliveries,
       (select count(*) from app.webhook_delivery where status = 'dead') as dead_deliveries,
       (select count(*) from app.webhook_endpoint where failures > 0 and paused_at is null) as failing_endpoints,
       (select count(*) from app.letter where status = 'planned' and next_attempt_at < :late)
       + (select count(*) from app.delivery where status = 'planned' and due_at < :late) as late_letters,
       (select count(*) from app.letter where status = 'dead') as dead_letters,
       (select count(*) from app.inbound_call where status = 'accepted' and next_attempt_at < :late) as late_calls,
       (select count(*) from app.inbound_call where status = 'quarantined') as quarantined_calls,
       (select jsonb_object_agg(status, jobs) from (
           select status::text, count(*) as jobs from queue.procrastinate_jobs
            where status in ('todo', 'doing', 'failed') group by status) as counted) as jobs,
       (select count(*) from queue.procrastinate_workers
         where last_heartbeat > clock_timestamp() - :stalled * interval '1 second') as workers,
       (select count(*) from pg_stat_activity where datname = current_database()) as connections,
       current_setting('max_connections')::int as most_connections
""")


@dataclass(frozen=True)
class Signs:
    """What was read. Ages in seconds, None where there is nothing yet; late: due for more than a minute.

    sweep_age_seconds: a last sweep in the future is as bad, the clock was set back and nobody has swept since.
    jobs: of the queue, by state (todo, doing, failed). workers: processes whose heart has beaten lately.
    """

    sweep_age_seconds: float | None
    database_time: float
    late_timers: int
    late_reminders: int
    open_incidents: int
    unsealed_entries: int
    unsealed_age_seconds: float | None
    late_deliveries: int
    dead_deliveries: int
    failing_endpoints: int
    late_letters: int
    dead_letters: int
    late_calls: int
    quarantined_calls: int
    jobs: Mapping[str, int]
    workers: int
    connections: int
    most_connections: int


def read(uow: UnitOfWork) -> Signs:
    """Read the signs in one statement; the unit of work must see everything."""
    now = uow.now()
    bound = {"now": now, "late": now - LATE, "stalled": STALLED_SECONDS}
    row: dict[str, Any] = dict(uow.session.execute(READ, bound).mappings().one())
    ages = {
        name: None if row[name] is None else float(row[name]) for name in row if name.endswith("_age_seconds")
    }
    return Signs(**{**row, **ages, "database_time": float(row["database_time"]), "jobs": row["jobs"] or {}})
