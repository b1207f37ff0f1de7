"""Where an instance stands: its diagrams with what was walked, what it waits for, whom, since when and until when.

It is read from rows and one image; nothing moves. Whatever tells people about an instance says these facts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from engine import library
from engine.bpmn.bundle import Bundle
from engine.bpmn.definition import Definition
from engine.bpmn.element import Element
from engine.bpmn.run import Place, Run
from engine.errors import NotFound
from engine.library import Binding
from engine.model.base import table_of
from engine.model.definitions import ProcessDefinition
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.journal import Incident
from engine.model.returns import TaskReturn
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.parameters import Parameters
from engine.turn import FORWARD
from engine.uow import UnitOfWork

Row = Any  # of a table's columns
State = Literal["done", "now", "failed", "ahead", "passed"]
INSTANCE = table_of(ProcessInstance)
TASK = table_of(UserTask)
LIVE = ("open", "suspended")


@dataclass(frozen=True, slots=True)
class Spot:
    """An element as it stands. passes: how often it was reached; opens: the process a call activity runs.

    state: failed (an incident is open), now, done, ahead, or passed (the instance ended without it).
    tasks: its user tasks, the oldest first; returned: how often it was sent back to.
    """

    element: Element
    state: State
    passes: int
    tasks: Sequence[Row]
    returned: int
    opens: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A diagram of the instance. called_by: the call activity that opens it, None for the root.

    walked, back: ids of the sequence flows that were taken; of those the ones that lead to an earlier element.
    """

    definition: Definition
    version: int
    published_at: datetime
    called_by: Place | None
    spots: Sequence[Spot]
    walked: Sequence[str]
    back: Sequence[str]

    @property
    def key(self) -> str:
        """The process."""
        return self.definition.key

    @property
    def is_live(self) -> bool:
        """Whether something waits in it."""
        return any(spot.state in ("now", "failed") for spot in self.spots)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """An instance as it stands. charts: the root first, each called one after its caller.

    tasks: all, the oldest first; rungs: of all of them; signers: of those that are not over.
    """

    instance: Row
    parameters: Parameters
    bundle: Bundle
    charts: Sequence[Chart]
    tasks: Sequence[Row]
    rungs: Sequence[Row]
    signers: Sequence[Row]
    timers: Sequence[Row]
    incidents: Sequence[Row]
    returns: Sequence[Row]

    @property
    def live(self) -> list[Row]:
        """The tasks that are not over, soonest due first."""
        found = [task for task in self.tasks if task.status in LIVE]
        return sorted(found, key=lambda task: (task.due_at is None, task.due_at, task.created_at))

    def chart(self, key: str) -> Chart:
        """Return the diagram of a process. Raises NotFound."""
        found = next((chart for chart in self.charts if chart.key == key), None)
        if found is None:
            raise NotFound("这个事项没有这张流程图;请回到事项页重新选择。", code="chart.not_found")
        return found


def whereabouts(uow: UnitOfWork, instance_id: UUID) -> Whereabouts:
    """Return where an instance stands. Raises NotFound, also if it is outside the scope."""
    session = uow.session
    instance = session.execute(select(*FORWARD).where(INSTANCE.c.id == instance_id)).first()
    if instance is None:
        raise NotFound("找不到这个事项,它也可能不在您的范围内;请从待办重新打开。", code="instance.not_found")
    binding = library.binding(session, instance.bundle_hash)
    parameters = library.parameter_set(session, instance.parameter_hash)

    def rows(model: Any, *order: Any, **equal: Any) -> Sequence[Row]:
        table = table_of(model)
        of_it = [table.c[name] == value for name, value in equal.items()]
        found = select(table).where(table.c.instance_id == instance_id, *of_it)
        return session.execute(found.order_by(*(table.c[name] for name in order))).all()

    tasks = rows(UserTask, "created_at", "id")
    incidents = [one for one in rows(Incident, "id") if one.resolved_at is None]
    returns = rows(TaskReturn, "id")
    standing = _standing(uow, instance, binding, parameters)
    seen = _Seen(instance, binding.bundle, tasks, incidents, returns, standing)
    return Whereabouts(
        instance,
        parameters,
        binding.bundle,
        seen.charts(_versions(uow, binding.bundle)),
        tasks,
        _of_tasks(uow, LadderRung, [task.id for task in tasks], "at"),
        _of_tasks(uow, SignItem, [task.id for task in tasks if task.status in LIVE], "position"),
        rows(Timer, "due_at", "id", status="planned"),
        incidents,
        returns,
    )


def _of_tasks(uow: UnitOfWork, model: Any, task_ids: Sequence[UUID], order: str) -> Sequence[Row]:
    table = table_of(model)
    found = select(table).where(table.c.task_id.in_(task_ids)).order_by(table.c[order], table.c.id)
    return uow.session.execute(found).all()


def _standing(
    uow: UnitOfWork, instance: Row, binding: Binding, parameters: Parameters
) -> Mapping[Place, int]:
    """Return where tokens are, as the image says; an instance that has ended has none."""
    if instance.status not in ("active", "suspended"):
        return {}
    view: dict[str, Any] = {
        "constants": parameters.constants(),
        "functions": parameters.functions,
        "services": None,
    }
    return Counter(Run.restore(binding.bundle, instance.image, now=uow.now(), **view).standing)


def _versions(uow: UnitOfWork, bundle: Bundle) -> Mapping[str, Row]:
    kept = table_of(ProcessDefinition)
    hashes = [one.content_hash for one in bundle.definitions()]
    found = select(kept.c.key, kept.c.version, kept.c.published_at)
    wanted = found.where(kept.c.kind == "process", kept.c.content_hash.in_(hashes))
    return {row.key: row for row in uow.session.execute(wanted.order_by(kept.c.version))}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of an instance, to be laid over its diagrams."""

    instance: Row
    bundle: Bundle
    tasks: Sequence[Row]
    incidents: Sequence[Row]
    returns: Sequence[Row]
    standing: Mapping[Place, int]

    def charts(self, versions: Mapping[str, Row]) -> list[Chart]:
        found: dict[str, Chart] = {}

        def add(definition: Definition, called_by: Place | None) -> None:
            if definition.key in found:
                return
            found[definition.key] = chart = self._chart(definition, versions[definition.key], called_by)
            for spot in chart.spots:
                if spot.opens:
                    part = next(one for one in self.bundle.definitions() if one.key == spot.opens)
                    add(part, Place(definition.key, spot.element.id))

        add(self.bundle.root, None)
        return list(found.values())

    def _chart(self, definition: Definition, version: Row, called_by: Place | None) -> Chart:
        drawn, passes, taken = definition.outline, Counter[str](), set[str]()
        for name, times in self.instance.waits.get("walked", {}).items():
            key, _, way = name.partition("/")
            if key == definition.key:
                passes[way.partition(">")[2]] += times
                taken.add(way)
        walked = [flow for flow in drawn.flows if f"{flow.source}>{flow.target}" in taken]
        spots = [
            self._spot(definition, definition.elements[name], passes[name], drawn.calls)
            for name in drawn.order
        ]
        return Chart(
            definition,
            version.version,
            version.published_at,
            called_by,
            spots,
            [flow.id for flow in walked],
            [flow.id for flow in walked if flow.back],
        )

    def _spot(self, definition: Definition, element: Element, passes: int, calls: Mapping[str, str]) -> Spot:
        place = Place(definition.key, element.id)
        tasks = [row for row in self.tasks if (row.definition_key, row.element_id) == place]
        returned = [row for row in self.returns if (row.to_definition_key, row.to_element_id) == place]
        called = calls.get(element.id)
        return Spot(
            element,
            self._state(place, passes, tasks),
            max(passes, len(tasks)),
            tasks,
            len(returned),
            None if called is None else self.bundle.parts[called].key,
        )

    def _state(self, place: Place, passes: int, tasks: Sequence[Row]) -> State:
        here = self.standing.get(place, 0)
        if here and any(one.element_id == place.element_id for one in self.incidents):
            return "failed"
        if here:
            return "now"
        if passes or any(task.status == "completed" for task in tasks):
            return "done"
        return "ahead" if self.instance.status in ("active", "suspended") else "passed"
