"""Hypothesis drives random diagrams in the engine and in the plain model, the image saved and restored at each step."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.bpmn.live import LiveTask
from engine.errors import BusinessError, InvalidInput
from tests.unit.bpmn import plain_moving, plain_throwing
from tests.unit.bpmn.blocks import Block, Writer, decisions
from tests.unit.bpmn.drawing import processes
from tests.unit.bpmn.plain_asking import settle
from tests.unit.bpmn.plain_model import Key, Live, Model
from tests.unit.bpmn.playing import NEW_YEAR, Hands, Play

STEPS = 80
LARGEST = 60_000
THROWERS = {"guard", "alarm", "throw"}


def key(task: LiveTask) -> Key:
    numbers = [(name, int(value)) for name, value in task.data.items() if name.startswith("n_")]
    return task.element.id, tuple(sorted(numbers))


def refuse(*_: object) -> None:
    raise InvalidInput("账套已关闭", code="ledger.closed")


class Machine(RuleBasedStateMachine):
    """The two side by side. counts: what happened in this process, by rule and by kind of block drawn."""

    counts: ClassVar[Counter[str]] = Counter()

    root: Block
    writer: Writer
    play: Play
    model: Model

    @initialize(root=processes(), data=st.data())
    def draw(self, root: Block, data: st.DataObject) -> None:
        self.root = root
        self.counts.update(
            f"{one.kind} {one.trigger}" if one.kind in THROWERS else one.kind for one in root.all()
        )
        self.writer = Writer(root)
        self.start(data)

    @precondition(lambda self: self.model.live is None)
    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        choices = self.choose(data)
        self.broken = data.draw(st.booleans(), label="broken")
        hands = Hands(work=self.work, blame=self.blame)
        self.play = Play(self.writer.xml, constants=choices, parts=self.writer.parts, hands=hands)
        self.model = Model(self.root, choices, NEW_YEAR, broken=self.broken)
        settle(self.model)

    def work(self, arguments: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if self.broken:
            refuse()

    def blame(self, arguments: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if arguments["yes"]:
            raise BusinessError("超出预算", code=arguments["code"])

    @precondition(lambda self: bool(self.model.failed()))
    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        """Try every failed step again (in vain at first, sometimes), or skip it."""
        if data.draw(st.booleans(), label="in vain"):
            for block in self.failed():
                self.mend(block, skips=False)
            self.they_agree()
        self.broken = self.model.broken = False
        for block in self.failed():
            self.mend(block, skips=data.draw(st.booleans(), label="skip"))
        self.broken = self.model.broken = data.draw(st.booleans(), label="broken")

    def failed(self) -> list[Block]:
        return [one for one in self.root.all() if any(live.block is one for live in self.model.failed())]

    def mend(self, block: Block, *, skips: bool) -> None:
        """Retry or skip a step wherever it failed: which of several instances comes first does not matter."""
        lives = [one for one in self.model.failed() if one.block is block]
        skips = skips and all(plain_throwing.may_skip(self.model, one) for one in lives)
        for task_id in [one.task_id for one in self.play.restore().failures if one.element_id == block.id]:
            failures = [one.task_id for one in self.play.restore().failures]
            if task_id in failures:
                (self.play.skip if skips else self.play.retry)(failures.index(task_id))
        for one in lives:
            if one in self.model.failed():
                (plain_throwing.skip if skips else plain_throwing.retry)(self.model, one)
                settle(self.model)

    @precondition(lambda self: bool(self.model.listening()))
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        """Send what somebody waits for: a signal reaches all, a message one. An alarm that still runs is not
        sounded again: nobody could tell its tasks apart."""
        names = sorted({one.block.id for one in self.model.listening()})
        name = data.draw(st.sampled_from(names), label="hear")
        waiting = [one for one in self.model.listening() if one.block.id == name]
        if any(self.model.sounds(one) for one in waiting):
            return
        if waiting[0].block.trigger == "message":
            if len(waiting) > 1:
                return
            assert self.play.send(name)
        else:
            assert self.play.signal(name) == len(waiting)
        for one in waiting:
            self.model.hear(one)
        settle(self.model)

    def choose(self, data: st.DataObject) -> dict[str, int]:
        """Draw the answer of every gateway for the next step; 1 is yes, any other number no.

        They are constants, not variables: what an instance of a repeated activity wrote is lost if it is withdrawn.
        """
        return {name: data.draw(st.integers(0, 2), label=name) for name in decisions(self.root)}

    @precondition(lambda self: bool(self.model.leaves()))
    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.integers(1, 4), label="times")):
            if self.model.leaves():
                self.complete_one(data)
                self.they_agree()

    def complete_one(self, data: st.DataObject) -> None:
        leaves = self.model.leaves()
        chosen = data.draw(st.sampled_from(sorted(leaves)), label="complete")
        choices = self.play.constants = self.choose(data)
        run = self.play.restore()
        run.complete(next(task for task in run.user_tasks if key(task) == chosen).id, {"said": chosen[0]})
        self.play.keep(run)
        self.model.complete(leaves[chosen][0], choices)
        settle(self.model)

    @precondition(lambda self: bool(self.model.guards()))
    @rule()
    def let_time_pass(self) -> None:
        first = min(guard.due for guard in self.model.guards() if guard.due is not None)
        due = [guard for guard in self.model.guards() if guard.due == first]
        if len({guard.block.id for guard in due}) > 1:
            return
        self.model.now = first
        for guard in due:
            if guard in self.model.guards():
                self.model.fire(guard)
        self.play.now = first
        self.play.pass_days(0)
        settle(self.model)

    @precondition(lambda self: bool(self.model.leaves()) and not plain_throwing.is_stuck(self.model))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        leaves = self.model.leaves()
        source = data.draw(st.sampled_from(sorted(leaves)), label="return from")
        leaf = leaves[source][0]
        run = self.play.restore()
        task = next(task for task in run.user_tasks if key(task) == source)
        places = run.earlier_tasks(task.id)
        assert {place.element_id for place in places} == self.model.earlier(leaf)
        if not places:
            return
        near = st.sampled_from(places[:2])
        place = data.draw(st.one_of(near, st.sampled_from(places)), label="return to")
        plan = run.plan_return(task.id, *place)
        done = run.return_to(task.id, *place)
        assert (plan.withdrawn, plan.kept) == (done.withdrawn, done.kept)
        self.play.keep(run)
        self.model.take_back(leaf, next(one for one in self.root.tasks() if one.id == place.element_id))
        settle(self.model)

    @precondition(lambda self: self.model.live is not None and not plain_throwing.is_stuck(self.model))
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """Take a token elsewhere in its scope: a task's, a failed step's, that of a race or of a guarded activity."""
        waits = self.waits()
        if not waits:
            return
        wait_id, leaf = waits[data.draw(st.sampled_from(sorted(waits)), label="move")]
        run = self.play.restore()
        key = next(one.definition_key for one in run.waits if one.id == wait_id)
        for element_id in plain_moving.elsewhere(self.model, leaf)[:3]:
            if self.model.choices.get(element_id.replace("q_", "d_")) == 1:
                continue  # what is thrown there may take everything away
            self.move_in_vain(wait_id, key, element_id)
        goals = plain_moving.goals(self.model, leaf)
        if not goals:
            return
        element_id = data.draw(st.sampled_from(sorted(goals)), label="move to")
        plan = run.plan_move(wait_id, key, element_id)
        done = run.move(wait_id, key, element_id)
        assert (plan.withdrawn, plan.kept) == (done.withdrawn, done.kept)
        self.play.keep(run)
        plain_moving.move(self.model, leaf, goals[element_id])
        settle(self.model)

    def move_in_vain(self, wait_id: UUID, key: str, element_id: str) -> None:
        """Look at a move that may let a join wait for ever: then it is a failure, never a silent stop."""
        run = self.play.restore()
        stay = {one.id for one in run.move(wait_id, key, element_id).kept}
        run.settle()
        assert stay <= {one.id for one in run.waits} or run.is_finished
        assert run.waits or run.is_finished
        assert run.image()

    def waits(self) -> dict[Key, tuple[UUID, Live]]:
        """Return what can be moved; events and failures of a block that runs several times are left out."""
        run, leaves = self.play.restore(), self.model.leaves()
        found: dict[Key, tuple[UUID, Live]] = {}
        for task in run.user_tasks:
            found[key(task)] = (task.id, leaves[key(task)][0])
        for one in [*self.model.guards(), *self.model.listening(), *self.model.failed()]:
            ids = [wait.id for wait in run.waits if wait.element_id == one.block.id]
            if len(ids) == 1 and one.block.kind != "alarm":
                found[one.block.id, ()] = (ids[0], one)
        return found

    @precondition(lambda self: self.model.live is not None)
    @rule()
    def save(self) -> None:
        """Settle a restored image: nothing moves."""
        before = self.play.image
        self.play.keep(self.play.restore())
        assert self.play.image == before

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        self.counts["step"] += 1
        run = self.play.restore()
        theirs = Counter({one: len(leaves) for one, leaves in self.model.leaves().items()})
        assert Counter(key(task) for task in run.user_tasks) == theirs
        late = {"guard": "", "alarm": "", "race": "t_"}
        due = Counter((late[one.block.kind] + one.block.id, one.due) for one in self.model.guards())
        assert Counter((timer.element_id, timer.due_at) for timer in run.timers) == due
        assert run.is_finished == (self.model.live is None)
        heard = Counter(one.block.id for one in self.model.listening())
        waits = [one.element_id for one in run.messages] + [one.element_id for one in run.signals]
        assert Counter(waits) == heard
        failed = Counter(one.block.id for one in self.model.failed())
        assert Counter(one.element_id for one in run.failures) == failed
        assert len(run.image()) < LARGEST
        assert run.image() == self.play.image
