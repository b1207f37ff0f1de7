"""The machine of random diagrams, whose instance goes over to randomly edited versions of them on its way."""

from itertools import count

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from engine.bpmn.failing import CrossingRefused
from engine.bpmn.fates import Crossing
from tests.unit.bpmn.blocks import Writer
from tests.unit.bpmn.editing import Pen, edited
from tests.unit.bpmn.machine import Machine
from tests.unit.bpmn.plain_asking import settle
from tests.unit.bpmn.plain_editing import Editor
from tests.unit.bpmn.plain_model import Live
from tests.unit.bpmn.plain_throwing import is_stuck
from tests.unit.bpmn.playing import bundle

MOST_EDITS = 12
LAST_STEPS = 400


def shown(live: Live | None) -> str:
    """Say what runs, in one line."""
    if live is None:
        return "-"
    inside = [shown(kid) for kid in live.kids] + [f"beside {shown(kid)}" for _, kid in live.beside]
    return f"{live.block.id}@{live.at}({', '.join(inside)})" if inside else live.block.id


class Edited(Machine):
    """The machine of the plain model, with edits of the diagram under the running instance."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.edits = 0

    @precondition(lambda self: self.model.live is not None and not is_stuck(self.model))
    @precondition(lambda self: self.edits < MOST_EDITS)
    @rule(data=st.data())
    def go_over(self, data: st.DataObject) -> None:
        """Draw one to three edits, carry the instance over by their plan: who is not moved keeps his task."""
        stood = self.leaves()
        note(f"before: {self.root}, running: {shown(self.model.live)}")
        editor = Editor(self.model, lambda name: data.draw(st.integers(0, 2), label=name), self.numbers)
        for kind in edited(Pen(editor, data), 3):
            self.counts[f"edit {kind}"] += 1
            self.edits += 1
        editor.finish()
        self.writer = Writer(self.root)
        self.play.constants = editor.choices
        plan = editor.plan()
        note(f"after: {self.root}, running: {shown(self.model.live)}, {plan}")
        kept = self.cross(plan)
        assert kept == len([leaf for leaf in self.leaves() if any(leaf is one for one in stood)])
        settle(self.model)

    def leaves(self) -> list[object]:
        return [leaf for leaves in self.model.leaves().values() for leaf in leaves]

    def cross(self, plan: Crossing) -> int:
        """Go over; return how many tasks are still the same."""
        new = bundle(self.writer.xml, **self.writer.parts)
        if plan.moved or plan.dropped:
            with pytest.raises(CrossingRefused):
                self.play.restore().carried(new, Crossing(plan.mapped))
        run = self.play.restore()
        before = {task.id for task in run.user_tasks}
        foretold = run.fates(new, plan)
        carried, fates = run.carried(new, plan)
        assert fates == foretold
        self.counts.update(f"fate {fate.kind}" for fate in fates)
        kept = before & {task.id for task in carried.user_tasks}
        self.play.bundle = new
        self.play.keep(carried)
        return len(kept)

    @precondition(lambda self: self.model.live is not None)
    @rule(data=st.data())
    def go_to_the_end(self, data: st.DataObject) -> None:
        """Do everything that is there, begin nothing again, let all time pass."""
        for _ in range(LAST_STEPS):
            if self.model.live is None:
                return
            if self.model.failed():
                self.repair(data)
            elif self.model.leaves():
                self.complete_one(data)
            else:
                self.let_time_pass()
            self.they_agree()
