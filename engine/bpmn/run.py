"""One instance in memory: start or restore it, act, let it settle, write its image."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engine.bpmn import image, returning, spiff, watching
from engine.bpmn.bundle import Bundle
from engine.bpmn.carrying import carry
from engine.bpmn.compiling import compiled
from engine.bpmn.expressions import Expressions
from engine.bpmn.failing import InstanceStalled
from engine.bpmn.fates import Crossing, Fate, Map
from engine.bpmn.flows import MainFlow
from engine.bpmn.live import (
    Counting,
    Failure,
    LiveMessage,
    LiveSignal,
    LiveTask,
    LiveTimer,
    Place,
    Returned,
    SentMessage,
    SentSignal,
    Services,
    Step,
    Wait,
    Walk,
)
from engine.bpmn.nodes.messaging import deliver
from engine.bpmn.nodes.signalling import broadcast
from engine.bpmn.settling import settle
from engine.bpmn.skipping import skip
from engine.bpmn.tokens import FAILURE, Token

__all__ = ["Failure", "LiveMessage", "LiveSignal", "LiveTask", "LiveTimer", "Place", "Returned", "Run", "SentMessage",
           "SentSignal", "Services", "Step", "Wait", "Walk"]  # fmt: skip


class Run:
    """An instance. Commands change it in memory only; `image` is what to store.

    Nothing here reads a clock: `now` is the moment of the whole session.
    """

    def __init__(self, bundle: Bundle, top: MainFlow, variables: dict[str, Any]) -> None:
        self._bundle = bundle
        self._top = top
        self._variables = variables

    @classmethod
    def start(
        cls,
        bundle: Bundle,
        data: Mapping[str, Any],
        *,
        now: datetime,
        constants: Mapping[str, Any],
        services: Services,
        functions: Mapping[str, Callable[..., Any]],
    ) -> "Run":
        """Start a new instance with these process variables and run it to its first wait.

        constants: seen by every expression, never stored. Raises BundleIncomplete.
        """
        expressions = Expressions(now=now, constants=constants, services=services, functions=functions)
        specs = compiled(bundle)
        top = MainFlow(specs.root, dict(specs.all), expressions)
        variables = dict(data)
        top.begin(variables)
        run = cls(bundle, top, variables)
        run.settle()
        return run

    @classmethod
    def restore(
        cls,
        bundle: Bundle,
        image_text: str,
        *,
        now: datetime,
        constants: Mapping[str, Any],
        services: Services,
        functions: Mapping[str, Callable[..., Any]],
    ) -> "Run":
        """Read an image back; nothing moves. Raises ImageRejected."""
        expressions = Expressions(now=now, constants=constants, services=services, functions=functions)
        return cls(bundle, *image.read(image_text, bundle, expressions))

    def complete(self, task_id: UUID, data: Mapping[str, Any]) -> None:
        """Complete a user task with these process variables. Raises TaskNotLive."""
        token = self._find(task_id, lambda token: token._state == spiff.READY and token.task_spec.manual)
        token.data.update(data)
        token.run()

    def fire_timers(self) -> list[LiveTimer]:
        """Fire what is due, settling after each: a timer that another one ended does not fire.

        In the order of time; of two at the same instant the one that interrupts nothing goes first.
        """
        fired: list[LiveTimer] = []
        now = self._top.script_engine.now
        while due := [pair for pair in watching.timers(self._top) if pair[0].due_at <= now]:
            timer, token = min(due, key=lambda pair: (pair[0].due_at, pair[1].interrupts))
            token.task_spec._update(token)
            fired.append(replace(timer, missed=watching.missed(token)))
            self.settle()
        return fired

    def correlate(self, name: str, key: str | None, payload: Mapping[str, Any]) -> str | None:
        """Hand a message to the first element that waits for it and return that; None if none does."""
        return deliver(self._top, name, key, payload)

    def signal(self, name: str, payload: Mapping[str, Any]) -> int:
        """Hand a signal from outside to everyone who waits for it; return how many did."""
        return broadcast(self._top, name, payload)

    def retry(self, task_id: UUID) -> None:
        """Let a failed step try again at the next settling. Raises TaskNotLive if it did not fail."""
        token = self._find(task_id, lambda token: token.is_failed)
        del token.internal_data[FAILURE]
        if token._state == spiff.WAITING:
            token.task_spec._update(token)
        elif token._state == spiff.STARTED:
            token.task_spec.advance(token)

    def redate(self, later: Callable[[LiveTimer], datetime]) -> None:
        """Move the due moment of every running timer; a cycle goes on from there."""
        watching.redate(self._top, later)

    def count(self, evaluate: Counting, tasks: Collection[UUID] | None = None) -> None:
        """Work out the timers that count from the day a user task is due: of these tasks anew; None: where nobody did yet."""
        watching.count(self._top, evaluate, tasks)

    def assign(self, variables: Mapping[str, Any]) -> None:
        """Give process variables of the whole instance new values; nothing settles."""
        self._variables.update(variables)

    def cancel(self) -> None:
        """End the whole instance without finishing it."""
        self._top.cancel()

    def settle(self) -> None:
        """Run automatic steps until only waits and failures are left; a failing step does not raise."""
        settle(self._top)

    def earlier_tasks(self, task_id: UUID) -> list[Place]:
        """Return the user tasks a live task may be returned to by its diagram, the nearest first.

        Whether a person ever did them is not known here. Raises TaskNotLive.
        """
        return returning.earlier(self._find(task_id))

    def return_to(self, task_id: UUID, definition_key: str, element_id: str) -> Returned:
        """Take the instance back to an earlier user task; nothing settles. Raises TaskNotLive, TargetRefused.

        What follows the task in the diagram is withdrawn, its other branches stay. A task in a called process or
        subprocess that was left begins that anew, at the task; in a multi-instance one every instance of it.
        """
        place = Place(definition_key, element_id)
        return returning.taken(self._top, returning.return_to, self._find(task_id), place)

    def nearest(self, task_id: UUID, among: Collection[Place]) -> list[Place]:
        """Return those of these earlier user tasks after which none of the others comes. Raises TaskNotLive."""
        return returning.nearest(self._find(task_id), among)

    def reopen(self, task_id: UUID, place: Place) -> frozenset[str]:
        """Open a completed user task again under its old id, withdraw what follows it, return the elements there;
        nothing settles. Raises TargetRefused."""
        return returning.reopen(self._top, task_id, place)

    def move(self, task_id: UUID, definition_key: str, element_id: str) -> Returned:
        """Take a live token to any element of its scope; nothing settles. Raises TaskNotLive, TargetRefused.

        task_id: of a user task, a failed step, or whatever the instance waits for, e.g. a timer.
        What follows that element is withdrawn as in a return. Branches elsewhere stay, even if they then wait in vain.
        """
        place = Place(definition_key, element_id)
        return returning.taken(self._top, returning.move, self._find(task_id), place)

    def plan_return(self, task_id: UUID, definition_key: str, element_id: str) -> Returned:
        """Say what `return_to` would do; change nothing. Raises TaskNotLive, TargetRefused."""
        return self._copy().return_to(task_id, definition_key, element_id)

    def plan_move(self, task_id: UUID, definition_key: str, element_id: str) -> Returned:
        """Say what `move` would do; change nothing. Raises TaskNotLive, TargetRefused."""
        return self._copy().move(task_id, definition_key, element_id)

    def skip(self, task_id: UUID, outputs: Mapping[str, Any]) -> None:
        """Count a failed automatic step as done, with these process variables.

        Raises TaskNotLive if it did not fail; StepNotSkippable for a gateway: nobody knows which way to go.
        """
        skip(self._find(task_id, lambda token: token.is_failed), outputs)

    def carried(
        self, bundle: Bundle, plan: Crossing, view: Mapping[str, Any] | None = None
    ) -> tuple["Run", list[Fate]]:
        """Return this instance in another version of its diagrams, and what became of each live token.

        This run stays as it is. view: what `restore` is given, if it is to see something else from now on.
        Raises CrossingRefused.
        """
        copy = self._copy()
        expressions = Expressions(**view) if view else self._top.script_engine
        top, variables, fates = carry(copy._top, copy._variables, self._bundle, bundle, plan, expressions)
        return Run(bundle, top, variables), fates

    def fates(self, bundle: Bundle, plan: Crossing) -> list[Fate]:
        """Say what `carried` would do with each live token, refusals included."""
        specs = compiled(bundle)
        return Map(self._top, specs.root, specs.all, plan).fates

    @property
    def user_tasks(self) -> list[LiveTask]:
        """What people have to do now."""
        return watching.user_tasks(self._top)

    @property
    def timers(self) -> list[LiveTimer]:
        """The timers running now."""
        return [timer for timer, _ in watching.timers(self._top)]

    @property
    def messages(self) -> list[LiveMessage]:
        """The messages waited for now."""
        return watching.messages(self._top)

    @property
    def signals(self) -> list[LiveSignal]:
        """The signals waited for now."""
        return watching.signals(self._top)

    @property
    def waits(self) -> list[Wait]:
        """Everything it waits for now."""
        return watching.waits(self._top)

    @property
    def standing(self) -> list[Place]:
        """Where its tokens are: work, waits, calls, joins; not the events at the border of work."""
        return watching.standing(self._top)

    @property
    def failures(self) -> list[Failure]:
        """The automatic steps that stand still."""
        return watching.failures(self._top)

    @property
    def sent_signals(self) -> list[SentSignal]:
        """Signals this session threw; other instances may want to hear them."""
        return list(self._top.sent_signals)

    @property
    def sent(self) -> list[SentMessage]:
        """Messages this session threw out of the instance."""
        return list(self._top.sent)

    @property
    def history(self) -> list[Step]:
        """What happened in this session."""
        return list(self._top.history)

    @property
    def walked(self) -> Mapping[Walk, int]:
        """The ways that tokens took in this session, and how often."""
        return MappingProxyType(self._top.walked)

    @property
    def data(self) -> Mapping[str, Any]:
        """The process variables."""
        return MappingProxyType(self._variables)

    @property
    def is_finished(self) -> bool:
        """Whether it came to its end."""
        return self._top.completed and not self._top.cancelled

    @property
    def is_cancelled(self) -> bool:
        """Whether it was ended before."""
        return self._top.cancelled

    def image(self) -> str:
        """Return what to store. Raises InstanceStalled, ImageRejected."""
        if not self._top.completed and not watching.tokens(self._top, spiff.LIVE):
            raise InstanceStalled("流程没有结束,却没有任何在办步骤;这是系统缺陷,请联系维护人员。")
        return image.write(self._top, self._bundle, self._variables)

    def _find(self, task_id: UUID, fits: Callable[[Token], bool] = lambda token: True) -> Token:
        return watching.find(self._top, task_id, fits)

    def _copy(self) -> "Run":
        return Run(self._bundle, *image.read(self.image(), self._bundle, self._top.script_engine))
