"""A hundred thousand reminders due at once (or a million) become messages, deliveries and letters, in little memory."""

from functools import partial
from time import perf_counter

import psutil
from sqlalchemy import func, insert, select, text

from engine.model.base import table_of
from host.bench.ground import JURISDICTION, UNIT, Ground, ground
from host.bench.measure import Figures, Measure, Say
from host.bench.reminding import MEGA, RUNGS, TASKS, arm
from host.model.telling import Contact, Delivery, Letter
from host.telling.contacts import KINDS
from host.workers.jobs import pack_some, send_some_rungs
from ledger.model.register import Jurisdiction, Organisation, Person

PEOPLE = 1_000
FIRST = 10_000
SHARE = text("""
update app.user_task task set assignee_id = :first + numbered.place % :people
  from (select id, row_number() over (order by id) as place from app.user_task) numbered where numbered.id = task.id
""")


def run(name: str, rungs: int, say: Say) -> Figures:
    """Send what is due and pack it; compare the memory after the first tenth with that at the end.

    name: what the figures are called; rungs: how many each of the tasks has.
    """
    delivery, letter = table_of(Delivery), table_of(Letter)
    with ground() as place:
        _people(place)
        place.at_the_eighth(TASKS)
        with place.bihuan.unit_of_work() as uow:
            uow.session.execute(SHARE, {"first": FIRST, "people": PEOPLE})
        arm(place, rungs)
        process, memory, opening = psutil.Process(), [], place.bihuan.unit_of_work

        begun = perf_counter()
        while send_some_rungs(opening):
            memory.append(process.memory_info().rss)
        while pack_some(opening):
            memory.append(process.memory_info().rss)
        seconds = perf_counter() - begun
        with opening() as uow:
            packed = uow.session.scalar(select(func.count()).where(delivery.c.status == "packed")) or 0
            letters = uow.session.scalar(select(func.count()).select_from(letter)) or 0
    first, settled, last = (memory[place] / MEGA for place in (0, len(memory) // 10, -1))
    growth = max(memory) / MEGA - settled
    say(f"{packed} 条通知装进 {letters} 封信,{seconds:.1f} 秒")
    say(f"内存:第一批后 {first:.0f} MB,末了 {last:.0f} MB;前十分之一以后增长 {growth:.1f} MB")
    keys = (f"{name}_per_s", f"{name}_growth_mb")
    if packed != TASKS * rungs:
        say(f"应有 {TASKS * rungs} 条")
        return dict.fromkeys(keys)
    return dict(zip(keys, (round(packed / seconds, 1), round(growth, 1)), strict=True))


def _people(place: Ground) -> None:
    """Give the unit a thousand people with proved addresses."""
    since = place.clock.now().date()
    ids = range(FIRST, FIRST + PEOPLE)
    with place.bihuan.unit_of_work() as uow:
        session, now = uow.session, uow.now()
        session.execute(insert(Jurisdiction), [{"id": JURISDICTION, "code": "bench", "name": "测量"}])
        office = {"id": UNIT, "code": "U", "name": "单位", "kind": "department", "valid_from": since}
        session.execute(insert(Organisation), [office | {"jurisdiction_id": JURISDICTION}])
        common = {"jurisdiction_id": JURISDICTION, "organisation_id": UNIT}
        session.execute(insert(Person), [common | {"id": one, "name": f"人{one}"} for one in ids])
        told = {"kinds": list(KINDS), "confirmed_at": now}
        session.execute(
            insert(Contact), [told | {"person_id": one, "email": f"p{one}@example.test"} for one in ids]
        )


def _measure(name: str, rungs: int, *, slow: bool = False) -> Measure:
    targets = {f"{name}_per_s": "≥ 500", f"{name}_growth_mb": "≤ 20"}
    return Measure(targets, partial(run, name, rungs), slow)


NOTIFYING = _measure("notifications", RUNGS)
MILLION = _measure("million", 10 * RUNGS, slow=True)
