"""The ground a measurement stands on: a throw-away database, published diagrams, a clock that stands still."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from engine import definitions, instances, tasks
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.instances import Order
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.parameters import Parameters, parameters
from engine.scope import Scope
from engine.submission import Submission
from forms.library import load
from forms.validation import validate
from host.bench import diagrams
from host.composition import Bihuan, server_database
from host.migrations.running import migrate
from host.settings import Settings

UNIT, BUREAU, JURISDICTION = 11, 1, 1
SCOPE = Scope(JURISDICTION)
FILER = Actor(101, "张三", frozenset({("preparer", UNIT)}))
EIGHTH = 7
NOW = datetime(2021, 3, 1, tzinfo=UTC)
DATA = {f"field_{number:02}": f"{number:02} " + "绩效目标" * 8 for number in range(39)}
"""About 4 KB of process variables."""
INSTANCE, TASK = table_of(ProcessInstance), table_of(UserTask)
BODY: Mapping[str, Any] = {
    "jurisdiction": "bench",
    "year": 2021,
    "dates": {"work": {"due": "2021-12-31"}},
    "ladders": {"standard": {"before": [10, 1], "after": [1, 3], "recipients": {}, "at": "09:00"}},
}


@dataclass
class Ground:
    """A system on its own database with the diagrams of the measurements."""

    bihuan: Bihuan
    clock: VirtualClock
    parameters: Parameters
    bundles: Mapping[str, str]

    def started(self, key: str) -> UUID:
        """Start one instance; return its id."""
        with self.bihuan.unit_of_work(SCOPE) as uow:
            return instances.start(uow, self.order(key), by=SYSTEM)

    def order(self, key: str) -> Order:
        """Describe a new instance."""
        return Order(
            business_key=uuid4().hex,
            title="测量",
            process_key=key,
            bundle_hash=self.bundles[key],
            parameter_hash=self.parameters.hash,
            jurisdiction_id=JURISDICTION,
            organisation_id=UNIT,
            stage="work",
            subject_kind="project",
            subject_id=1,
            subject_code="P1",
            parties={"subject": UNIT, "bureau": BUREAU},
            data=DATA,
        )

    def claimed(self, instance_id: UUID) -> UUID:
        """Let the filer claim the open task of an instance; return the task's id."""
        with self.bihuan.unit_of_work(SCOPE) as uow:
            waiting = select(TASK.c.id).where(TASK.c.instance_id == instance_id, TASK.c.status == "open")
            task_id: UUID = uow.session.scalars(waiting).one()
            tasks.claim(uow, task_id, by=FILER)
        return task_id

    def at_the_eighth(self, count: int) -> list[UUID]:
        """Return claimed eighth tasks of `count` instances of the line.

        One is brought there by commands; the others are its copies under ids of their own.
        """
        first = self.started(diagrams.LINE)
        for _ in range(EIGHTH):
            complete(self.bihuan, self.claimed(first))
        task_id = self.claimed(first)
        return [task_id, *self._copies(first, task_id, count - 1)]

    def _copies(self, instance_id: UUID, task_id: UUID, count: int) -> list[UUID]:
        with self.bihuan.unit_of_work(SCOPE) as uow:
            row = uow.session.execute(select(INSTANCE).where(INSTANCE.c.id == instance_id)).mappings().one()
            task = uow.session.execute(select(TASK).where(TASK.c.id == task_id)).mappings().one()
            copies, ids = [], []
            for _ in range(count):
                new = uuid4()
                waits = {**row["waits"], "tasks": {str(new): row["waits"]["tasks"][str(task_id)]}}
                changed = {
                    "image": row["image"].replace(task_id.hex, new.hex),
                    "waits": waits,
                    "undo_task_id": None,
                }
                copies.append({**row, **changed, "id": uuid4(), "business_key": uuid4().hex})
                ids.append(new)
            if copies:
                uow.session.execute(insert(INSTANCE), copies)
                owned = zip(ids, copies, strict=True)
                lines = [{**task, "id": new, "instance_id": copy["id"]} for new, copy in owned]
                uow.session.execute(insert(TASK), lines)
        return ids


def signed(agreed: bool = True) -> Submission:
    """Return a filled form."""
    return validate(load(diagrams.FORM), {"agreed": agreed, "opinion": "" if agreed else "请补充材料"})


SIGNED = signed()


def complete(bihuan: Bihuan, task_id: UUID, submission: Submission = SIGNED) -> None:
    """Complete a task as the web will: one unit of work in the scope of the jurisdiction."""
    with bihuan.unit_of_work(SCOPE) as uow:
        tasks.complete(uow, task_id, submission, by=FILER)


@contextmanager
def ground() -> Iterator[Ground]:
    """Make a fresh database on the configured (or embedded) server; it is dropped in the end."""
    settings = Settings.read()
    with ExitStack() as leaving:
        server = server_database(settings, leaving)
        leaving.callback(server.close)
        database = server.create_database()
        leaving.callback(server.drop_database, database.name)
        leaving.callback(database.close)
        migrate(database)
        clock = VirtualClock(NOW)
        bihuan = leaving.enter_context(Bihuan(settings, clock=clock, database=database))
        chosen = parameters(BODY)
        with bihuan.unit_of_work() as uow:
            definitions.keep_parameters(uow, chosen)
            drawn = (diagrams.line(), diagrams.loop(), diagrams.wait())
            keys = [definitions.publish_process(uow, xml, by=SYSTEM).key for xml in drawn]
            bundles = {key: definitions.bind(uow, key, {}) for key in keys}
        yield Ground(bihuan, clock, chosen, bundles)
