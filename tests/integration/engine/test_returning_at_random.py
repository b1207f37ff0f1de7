"""Random diagrams through the commands: completed, returned, moved, left waiting; the rows against a plain model of BPMN."""

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import advance, moving, returning, tasks, timers
from engine.access import SYSTEM
from engine.bpmn.run import LiveTask, Place
from engine.clock import VirtualClock
from engine.lifecycle import WORDS
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.office import Office, roles_of
from tests.integration.engine.stage import PREPARER, signed
from tests.unit.bpmn import plain_moving
from tests.unit.bpmn.blocks import CODES, Block, Writer, decisions
from tests.unit.bpmn.drawing import processes
from tests.unit.bpmn.plain_asking import settle
from tests.unit.bpmn.plain_model import Key, Model

RUNS = int(os.environ.get("BIHUAN_PROPERTY_RUNS", "25"))
STEPS = 25
DUE = b'bihuan:form="signature" bihuan:due="dates.review.due" bihuan:ladder="standard"'


def dressed(xml: bytes) -> bytes:
    """Give every task of a random diagram a form, a due date and a ladder."""
    return xml.replace(b'bihuan:form="form"', DUE)


class Pair:
    """An instance on the database and the model of it, side by side."""

    def __init__(self, uow: UnitOfWork, clock: VirtualClock, root: Block, choices: dict[str, int]) -> None:
        writer = Writer(root)
        parts = [dressed(part) for part in writer.parts.values()]
        self.office = Office(uow, dressed(writer.xml), *reversed(parts), **choices)
        self.uow, self.clock, self.root = uow, clock, root
        self.choices = choices
        self.model = Model(root, choices, clock.now(), broken=False)
        settle(self.model)
        self.done: set[str] = set()

    def live(self) -> dict[Key, list[LiveTask]]:
        selected = select(ProcessInstance.__table__).where(ProcessInstance.id == self.office.id)
        found: dict[Key, list[LiveTask]] = {}
        for task in advance.look(self.uow, selected, PREPARER, missing="").run.user_tasks:
            numbers = [(name, int(value)) for name, value in task.data.items() if name.startswith("n_")]
            found.setdefault((task.element.id, tuple(sorted(numbers))), []).append(task)
        return found

    def complete(self, key: Key) -> None:
        tasks.complete(self.uow, self.office.hold(self.live()[key][0].id), signed(), by=PREPARER)
        self.done.add(key[0])
        self.model.complete(self.model.leaves()[key][0], self.choices)
        settle(self.model)

    def pass_time(self) -> None:
        self.clock.set(min(guard.due for guard in self.model.guards() if guard.due is not None))
        self.model.now = self.clock.now()
        for guard in [one for one in self.model.guards() if one.due == self.model.now]:
            if guard in self.model.guards():
                self.model.fire(guard)
        for timer_id in timers.lease(self.uow, 100):
            timers.fire(self.uow, timer_id)

    def send_back(self, key: Key, data: st.DataObject) -> None:
        task_id = self.office.hold(self.live()[key][0].id)
        leaf = self.model.leaves()[key][0]
        places = [one.place for one in returning.targets(self.uow, task_id, by=PREPARER)]
        assert {place.element_id for place in places} == self.model.earlier(leaf) & self.done
        if not places:
            return
        place: Place = data.draw(st.sampled_from(places), label="return to")
        seen = returning.plan(self.uow, task_id, place, by=PREPARER, roles_of=roles_of)
        before = {one.id for one in self.office.waiting}
        returning.send_back(self.uow, task_id, place, "x", by=PREPARER, roles_of=roles_of)
        after = {one.id for one in self.office.waiting}
        assert before - after == {one.row["id"] for one in seen.effects.cancelled if one.row is not None}
        assert before & after == {one.row["id"] for one in seen.effects.kept if one.row is not None}
        target = next(one for one in self.root.tasks() if one.id == place.element_id)
        self.model.take_back(leaf, target)
        settle(self.model)

    def move(self, key: Key, data: st.DataObject) -> None:
        task_id, leaf = self.live()[key][0].id, self.model.leaves()[key][0]
        goals = plain_moving.goals(self.model, leaf)
        if not goals:
            return
        element_id = data.draw(st.sampled_from(sorted(goals)), label="move to")
        instance_id, before = self.office.id, {one.id for one in self.office.waiting}
        seen = moving.plan(self.uow, instance_id, task_id, element_id, by=SYSTEM)
        assert before == {one.id for one in self.office.waiting}
        moving.move(self.uow, instance_id, task_id, element_id, "x", by=SYSTEM)
        after = {one.id for one in self.office.waiting}
        assert before - after == {one.row["id"] for one in seen.effects.cancelled if one.row is not None}
        assert before & after == {one.row["id"] for one in seen.effects.kept if one.row is not None}
        plain_moving.move(self.model, leaf, goals[element_id])
        settle(self.model)

    def they_agree(self) -> None:
        leaves = self.model.leaves()
        live = self.live() if self.model.live else {}
        assert {key: len(tasks) for key, tasks in live.items()} == {
            key: len(found) for key, found in leaves.items()
        }
        rows = Counter(one.element_id for one in self.office.waiting)
        assert rows == Counter(key[0] for key, found in leaves.items() for _ in found)
        planned = select(Timer.element_id, Timer.due_at).where(
            Timer.instance_id == self.office.id, Timer.status == "planned"
        )
        due = Counter((guard.block.id, guard.due) for guard in self.model.guards())
        assert Counter((row[0], row[1]) for row in self.uow.session.execute(planned)) == due
        self.ladders_agree()
        status = self.uow.session.scalars(
            select(ProcessInstance.status).where(ProcessInstance.id == self.office.id)
        ).one()
        assert WORDS[status] == ("进行中" if self.model.live else "已办结")

    def ladders_agree(self) -> None:
        """Rungs are planned for open tasks only, and for every one that is not due yet."""
        rungs = (
            select(UserTask.status, LadderRung.status)
            .join(UserTask, UserTask.id == LadderRung.task_id)
            .where(UserTask.instance_id == self.office.id, LadderRung.status == "planned")
        )
        assert {row[0] for row in self.uow.session.execute(rungs)} <= {"open"}


def of_people_and_time(root: Block) -> Block:
    """Put tasks and timers in the place of service tasks, messages and signals: here only persons and time act.

    What their tokens throw stays."""
    for one in root.all():
        by_itself = {"work", "throw"} if one.trigger == "work" else {"work"}
        if one.kind in by_itself:
            one.kind = "task"
        one.kind = "xor" if one.kind == "race" else one.kind
        is_for_work = one.kind == "guard" and one.trigger == "error" and one.parts[0].trigger == "work"
        if one.trigger in {"message", "signal"} or is_for_work:
            one.trigger, one.code = ("escalation", CODES[0]) if one.kind == "throw" else ("timer", "")
    return root


def stage(bihuan: Bihuan, clock: VirtualClock, data: st.DataObject) -> None:
    root = data.draw(processes(depth=2).map(of_people_and_time), label="process")
    choices = {name: data.draw(st.integers(0, 2), label=name) for name in decisions(root)}
    with bihuan.unit_of_work() as uow, uow.session.begin_nested() as undone:
        pair = Pair(uow, clock, root, choices)
        for _ in range(STEPS):
            pair.they_agree()
            if not pair.model.leaves():
                break
            step(pair, data)
        undone.rollback()


def step(pair: Pair, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(pair.model.leaves())), label="task")
    what = data.draw(
        st.sampled_from(["complete", "complete", "complete", "return", "return", "move", "time"])
    )
    due: list[Any] = [guard.due for guard in pair.model.guards()]
    if what == "time" and due and due.count(min(due)) == 1:
        pair.pass_time()
    elif what == "return":
        pair.send_back(key, data)
    elif what == "move":
        pair.move(key, data)
    else:
        pair.complete(key)


@pytest.mark.slow
def test_returns_and_moves_agree_with_a_plain_model_of_bpmn(bihuan: Bihuan, clock: VirtualClock) -> None:
    @settings(
        derandomize=RUNS <= 25,
        max_examples=RUNS,
        deadline=None,
        phases=[Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        stage(bihuan, clock, data)

    run()
