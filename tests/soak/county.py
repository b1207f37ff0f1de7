"""The county that is visited: the demonstration's, with accounts for whole units, and what each person would type."""

from contextlib import ExitStack
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import text

from engine.parameters import parameters
from engine.uow import UnitOfWork
from host.accounts import making
from host.cli.serving import open_system
from host.composition import Bihuan, server_database
from host.demo.accounts import PASSWORD
from host.demo.county import Demo, make, order_of
from host.demo.moments import usual
from host.settings import Settings
from host.simulation.answering import answer
from host.simulation.situation import Situation

READERS = ("section", "performance", "government", "upper_finance", "department")
"""Accounts of the demonstration that are visited beside those of the units."""
UNITS = 8
WITHOUT_ACCOUNT = text("""
with busy as (
    select i.organisation_id from app.process_instance i
     where i.status = 'active' and i.definition_key = 'self_evaluation' and not exists (
           select from app.role_assignment r where r.organisation_id = i.organisation_id and r.role = 'finance')
     group by i.organisation_id order by count(*) desc, i.organisation_id limit :units)
select distinct p.id, p.name from app.person p join app.role_assignment r on r.person_id = p.id
 where (r.organisation_id in (select organisation_id from busy) and r.role in ('preparer', 'unit_head') or r.role = 'section')
   and not exists (select from app.account a where a.person_id = p.id)
 order by p.id
""")
PLACE = text("""
select t.form_key, t.definition_key, t.element_id, t.stage, i.round as stage_round, t.round as task_round,
       i.subject_kind, i.subject_code
  from app.user_task t join app.process_instance i on i.id = t.instance_id where t.id = :id
""")


def made(settings: Settings, leaving: ExitStack) -> Demo:
    """Make the demonstration's county in the data folder, for the servers to find."""
    return make(settings, server_database(settings, leaving), usual(), lambda _what, _part: None)


def opened(settings: Settings, demo: Demo, leaving: ExitStack) -> Bihuan:
    """Return the system the servers serve."""
    return open_system(settings, demo, leaving)


def hire(uow: UnitOfWork) -> list[str]:
    """Give the people of some units and of the bureau's sections accounts; return all logins that are visited."""
    rows = uow.session.execute(WITHOUT_ACCOUNT, {"units": UNITS}).all()
    for row in rows:
        making.make(uow, f"person-{row.id}", row.name, PASSWORD, person_id=row.id)
    return [*(f"person-{row.id}" for row in rows), *READERS]


class Knowing:
    """Knows what the simulated people of the county would type into a form."""

    def __init__(self, bihuan: Bihuan) -> None:
        self._bihuan, self._order, self._lock = bihuan, order_of(usual()), Lock()
        self._policy = parameters(self._order.pack.parameters()).policy

    def values(self, task_id: str) -> dict[str, Any]:
        """Return what is typed into the form of a task."""
        with self._bihuan.unit_of_work() as uow:
            place = uow.session.execute(PLACE, {"id": UUID(task_id)}).mappings().one()
        order = self._order
        with self._lock:
            return answer(Situation(ledger=order.ledger, seed=order.seed, policy=self._policy, **place))
