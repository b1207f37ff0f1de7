"""Play an instance as the engine does: every command restores the image, acts, settles and writes it again."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from engine.bpmn.bundle import Bundle
from engine.bpmn.definition import Definition, DefinitionRejected, check, definition_of
from engine.bpmn.element import Element
from engine.bpmn.live import LiveTask, LiveTimer, Returned, Step
from engine.bpmn.run import Run
from engine.problems import errors
from engine.xml import parse

UNSOUND = {"gateway.waits_in_vain", "end.never"}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
Work = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]


class Hands:
    """Operations and decisions of a test: called with arguments (or nothing) and the variables seen."""

    def __init__(self, **work: Work) -> None:
        self.work = work
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.task_ids: list[UUID] = []

    def operate(
        self, element: Element, task_id: UUID, arguments: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        self.called.append((element.id, dict(arguments)))
        self.task_ids.append(task_id)
        work = self.work.get(element.operation or "")
        result: Mapping[str, Any] | None = work(arguments, data) if work else None
        return result

    def decide(self, element: Element, context: Mapping[str, Any]) -> Any:
        self.called.append((element.id, {}))
        return self.work[element.decision or ""]({}, context)


@lru_cache(maxsize=100)
def bundle(xml: bytes, **parts: bytes) -> Bundle:
    digest = hashlib.sha256(xml + repr(sorted(parts.items())).encode()).hexdigest()
    return Bundle(digest, readable(xml), {slot: readable(part) for slot, part in parts.items()})


def readable(xml: bytes) -> Definition:
    """Read a diagram, also one whose tokens may wait in vain: what comes of that is told at run time too."""
    found = [one for one in check(xml) if one.code not in UNSOUND]
    if errors(found):
        raise DefinitionRejected(found)
    return definition_of(parse(xml))


class Play:
    """An instance between commands is nothing but its image."""

    def __init__(
        self,
        xml: bytes,
        data: Mapping[str, Any] | None = None,
        *,
        hands: Hands | None = None,
        constants: Mapping[str, Any] | None = None,
        parts: Mapping[str, bytes] | None = None,
        now: datetime = NEW_YEAR,
    ) -> None:
        self.bundle = bundle(xml, **(parts or {}))
        self.hands = hands or Hands()
        self.constants = constants or {}
        self.now = now
        self.steps: list[Step] = []
        self.fired: list[LiveTimer] = []
        run = Run.start(self.bundle, data or {}, **self.view())
        self.keep(run)

    def view(self) -> dict[str, Any]:
        return {"now": self.now, "constants": self.constants, "services": self.hands, "functions": {}}

    def restore(self) -> Run:
        return Run.restore(self.bundle, self.image, **self.view())

    def keep(self, run: Run) -> None:
        run.settle()
        self.image = run.image()
        self.steps += run.history

    def complete(self, element_id: str, index: int = 0, **data: Any) -> None:
        run = self.restore()
        tasks = [task for task in run.user_tasks if task.element.id == element_id]
        run.complete(tasks[index].id, data)
        self.keep(run)

    def pass_days(self, days: float) -> None:
        """Let time pass and sweep once."""
        self.now += timedelta(days=days)
        run = self.restore()
        self.fired += run.fire_timers()
        self.keep(run)

    def send(self, name: str, key: str | None = None, **payload: Any) -> bool:
        run = self.restore()
        heard = run.correlate(name, key, payload)
        self.keep(run)
        return heard is not None

    def signal(self, name: str, **payload: Any) -> int:
        run = self.restore()
        heard = run.signal(name, payload)
        self.keep(run)
        return heard

    def task(self, element_id: str) -> LiveTask:
        return next(task for task in self.restore().user_tasks if task.element.id == element_id)

    def take_back(self, source: str, target: str) -> Returned:
        """Return from one task to another, which must have been announced."""
        run = self.restore()
        task = next(task for task in run.user_tasks if task.element.id == source)
        place = next(place for place in run.earlier_tasks(task.id) if place.element_id == target)
        plan = run.plan_return(task.id, *place)
        done = run.return_to(task.id, *place)
        assert (plan.withdrawn, plan.kept) == (done.withdrawn, done.kept)
        assert [one.element_id for one in plan.planted] == [one.element_id for one in done.planted]
        self.image = run.image()
        self.steps += run.history
        self.keep(self.restore())
        return done

    def retry(self, index: int = 0) -> None:
        run = self.restore()
        run.retry(run.failures[index].task_id)
        self.keep(run)

    def skip(self, index: int = 0, **outputs: Any) -> None:
        run = self.restore()
        run.skip(run.failures[index].task_id, outputs)
        self.keep(run)

    @property
    def open(self) -> list[str]:
        """Element ids of the open user tasks, sorted."""
        return sorted(task.element.id for task in self.restore().user_tasks)

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.restore().data)

    @property
    def finished(self) -> bool:
        return self.restore().is_finished

    @property
    def due(self) -> dict[str, str]:
        """Running timers by element, in days since the start."""
        return {
            timer.element_id: f"{(timer.due_at - NEW_YEAR) / timedelta(days=1):g}"
            for timer in self.restore().timers
        }
