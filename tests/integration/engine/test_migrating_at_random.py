"""Random diagrams through the commands, carried over to random new versions: drafts, holders, due dates and timers."""

import os
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import definitions, drafts, migrating
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.migrating import Passage
from engine.model.instances import ProcessInstance
from host.composition import Bihuan
from tests.integration.engine.stage import PREPARER
from tests.integration.engine.test_returning_at_random import Pair, dressed, of_people_and_time
from tests.unit.bpmn.blocks import Block, Writer, decisions
from tests.unit.bpmn.drawing import processes
from tests.unit.bpmn.editing import FRESH, Pen, edited
from tests.unit.bpmn.plain_asking import settle
from tests.unit.bpmn.plain_editing import Editor
from tests.unit.bpmn.plain_throwing import is_stuck

RUNS = int(os.environ.get("BIHUAN_PROPERTY_RUNS", "20"))
STEPS = 16
KINDS = sorted(set(FRESH) - {"race"})
OPERATOR = Actor(9, "运维员", system=True)
UNKNOWN = 99
"""The answer to what a new version asks first: no variable says it."""


class Carrying(Pair):
    """An instance on the database and the model of it, whose diagram is edited under it."""

    def seen(self) -> Mapping[UUID, Any]:
        """Return what people see of each open task."""
        found = {}
        for task in self.office.waiting:
            typed = drafts.load(self.uow, task.id, by=PREPARER) if task.assignee_id else None
            found[task.id] = (task.assignee_id, task.due_at, task.round, typed.values if typed else None)
        return found

    def type(self, task_id: UUID) -> None:
        self.office.hold(task_id)
        known = drafts.load(self.uow, task_id, by=PREPARER)
        drafts.save(
            self.uow, task_id, {"opinion": str(task_id)}, revision=known.revision if known else 0, by=PREPARER
        )

    def leaves(self) -> list[object]:
        return [leaf for leaves in self.model.leaves().values() for leaf in leaves]

    def go_over(self, data: st.DataObject, numbers: Any) -> None:
        """Edit the diagram, look at the way there, go it: whoever is not moved sees his task as it was."""
        before, stood = self.seen(), self.leaves()
        was = {one.id: one for one in self.root.all()}
        editor = Editor(self.model, lambda name: self.choices.get(name, UNKNOWN), numbers)
        list(edited(Pen(editor, data, KINDS), 2))
        editor.finish()
        plan = editor.plan()
        self.choices = dict(editor.choices)
        self.done = {was[name].id for name in self.done if name in was}
        passage = Passage(self.published(), plan)
        bundle = select(ProcessInstance.bundle_hash).where(ProcessInstance.id == self.office.id)
        if self.uow.session.scalar(bundle) == passage.bundle_hash:
            return  # one edit took back what the other did
        planned = migrating.plan(self.uow, self.office.id, passage)
        assert migrating.migrate(self.uow, self.office.id, passage, "换版", by=OPERATOR) == planned
        still = [leaf for leaf in self.leaves() if any(leaf is one for one in stood)]
        settle(self.model)
        after = self.seen()
        assert len(before.keys() & after.keys()) == len([leaf for leaf in self.leaves() if leaf in still])
        if not plan.recompute:
            assert {one: after[one] for one in before if one in after} == {
                one: before[one] for one in before if one in after
            }

    def published(self) -> str:
        writer = Writer(self.root)
        for xml in (*reversed(writer.parts.values()), writer.xml):
            definitions.publish_process(self.uow, dressed(xml), by=SYSTEM)
        return definitions.bind(self.uow, self.office.key, {})


def stage(bihuan: Bihuan, clock: VirtualClock, data: st.DataObject) -> None:
    root: Block = data.draw(processes(depth=2).map(of_people_and_time), label="process")
    choices = {name: data.draw(st.integers(0, 2), label=name) for name in decisions(root)}
    numbers = count(1)
    with bihuan.unit_of_work() as uow, uow.session.begin_nested() as undone:
        pair = Carrying(uow, clock, root, choices)
        for _ in range(STEPS):
            pair.they_agree()
            if not pair.model.leaves():
                break
            step(pair, data, numbers)
        undone.rollback()


def step(pair: Carrying, data: st.DataObject, numbers: Any) -> None:
    key = data.draw(st.sampled_from(sorted(pair.model.leaves())), label="task")
    what = data.draw(st.sampled_from(["complete", "complete", "type", "over", "over", "return", "time"]))
    due: list[Any] = [guard.due for guard in pair.model.guards()]
    if what == "time" and due and due.count(min(due)) == 1:
        pair.pass_time()
    elif what == "type":
        pair.type(pair.live()[key][0].id)
    elif what == "over" and not is_stuck(pair.model):
        pair.go_over(data, numbers)
    elif what == "return" and not is_stuck(pair.model):
        pair.send_back(key, data)
    else:
        pair.complete(key)


@pytest.mark.slow
def test_what_people_see_of_their_tasks_survives_random_new_versions(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    @settings(
        derandomize=RUNS <= 20,
        max_examples=RUNS,
        deadline=None,
        phases=[Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        stage(bihuan, clock, data)

    run()
