"""A hundred thousand reminders due at once become rows, in little memory."""

from time import perf_counter

import psutil
from sqlalchemy import func, insert, literal, select

from engine.model.base import table_of
from engine.model.timers import LadderRung, Notification
from host.bench.ground import NOW, SCOPE, TASK, Ground, ground
from host.bench.measure import Figures, Measure, Say
from host.workers.jobs import RUNG_BATCH, send_some_rungs

TASKS, RUNGS = 10_000, 10
MEGA = 1_000_000


def run(say: Say) -> Figures:
    """Send what is due; compare the memory after the first tenth with that at the end."""
    rung, told = table_of(LadderRung), table_of(Notification)
    with ground() as place:
        place.at_the_eighth(TASKS)
        arm(place)
        process, memory = psutil.Process(), []
        opening = place.bihuan.unit_of_work

        begun = perf_counter()
        while send_some_rungs(opening):
            memory.append(process.memory_info().rss)
        seconds = perf_counter() - begun
        with place.bihuan.unit_of_work(SCOPE) as uow:
            written = uow.session.scalar(select(func.count()).select_from(told))
            left = uow.session.scalar(
                select(func.count()).where(rung.c.status == "planned", rung.c.at <= NOW)
            )
    settled = memory[len(memory) // 10]
    growth = (max(memory) - settled) / MEGA
    say(
        f"{written} 条提醒,{seconds:.1f} 秒,每批 {RUNG_BATCH} 条;内存 {settled / MEGA:.0f} MB,其后增长 {growth:.1f} MB"
    )
    if left or written != TASKS * RUNGS:
        say(f"应写 {TASKS * RUNGS} 条,还剩 {left} 条")
        return {"reminders_per_s": None, "reminders_growth_mb": None}
    return {"reminders_per_s": round(written / seconds, 1), "reminders_growth_mb": round(growth, 1)}


def arm(place: Ground, rungs: int = RUNGS) -> None:
    """Give every open task so many reminders that are due."""
    rung = table_of(LadderRung)
    number = func.generate_series(1, rungs).table_valued("offset_days").render_derived()
    due = select(
        TASK.c.id,
        literal("reminder"),
        number.c.offset_days,
        literal(place.clock.now()),
        func.jsonb_build_array(
            func.jsonb_build_object("role", "assignee", "organisation_id", TASK.c.organisation_id)
        ),
        literal("planned"),
    ).where(TASK.c.status == "open")
    columns = ["task_id", "kind", "offset_days", "at", "recipients", "status"]
    with place.bihuan.unit_of_work(SCOPE) as uow:
        uow.session.execute(insert(rung).from_select(columns, due.join_from(TASK, number, literal(True))))
    with place.bihuan.database.owner_engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.exec_driver_sql("analyze app.ladder_rung, app.user_task")


REMINDING = Measure({"reminders_per_s": "≥ 2000", "reminders_growth_mb": "≤ 20"}, run)
