"""One instance in memory: start or restore it, act, let it settle, write its image."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from engine.bpmn import image, spiff
from engine.bpmn.bundle import Bundle
from engine.bpmn.compiling import compiled
from engine.bpmn.expressions import Expressions
from engine.bpmn.failing import InstanceStalled, TaskNotLive
from engine.bpmn.flows import MainFlow
from engine.bpmn.live import Failure, LiveMessage, LiveTask, LiveTimer, SentMessage, Services, Step
from engine.bpmn.nodes.events import EventBasedGateway
from engine.bpmn.nodes.messaging import Message, definitions, deliver
from engine.bpmn.nodes.timing import Timer
from engine.bpmn.settling import settle
from engine.bpmn.tokens import FAILURE, Token

__all__ = ["Failure", "LiveMessage", "LiveTask", "LiveTimer", "Run", "SentMessage", "Services", "Step"]


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
        while due := [pair for pair in self._timers() if pair[0].due_at <= now]:
            timer, token = min(due, key=lambda pair: (pair[0].due_at, _interrupts(pair[1])))
            token.task_spec._update(token)
            fired.append(replace(timer, missed=_missed(token)))
            self.settle()
        return fired

    def correlate(self, name: str, key: str | None, payload: Mapping[str, Any]) -> bool:
        """Hand a message to the first element that waits for it; False if none does."""
        return deliver(self._top, name, key, payload)

    def retry(self, task_id: UUID) -> None:
        """Let a failed step try again at the next settling. Raises TaskNotLive if it did not fail."""
        token = self._find(task_id, lambda token: token.is_failed and bool(token._state & spiff.LIVE))
        del token.internal_data[FAILURE]
        if token._state == spiff.WAITING:
            token.task_spec._update(token)
        elif token._state == spiff.STARTED:
            token.task_spec.advance(token)

    def cancel(self) -> None:
        """End the whole instance without finishing it."""
        self._top.cancel()

    def settle(self) -> None:
        """Run automatic steps until only waits and failures are left; a failing step does not raise."""
        settle(self._top)

    @property
    def user_tasks(self) -> list[LiveTask]:
        """What people have to do now."""
        return [
            LiveTask(
                token.id,
                token.workflow.spec.definition_key,
                token.task_spec.element,
                MappingProxyType(token.data),
            )
            for token in self._tokens(spiff.READY)
            if token.task_spec.manual
        ]

    @property
    def timers(self) -> list[LiveTimer]:
        """The timers running now."""
        return [timer for timer, _ in self._timers()]

    @property
    def messages(self) -> list[LiveMessage]:
        """The messages waited for now."""
        return [
            LiveMessage(_event_id(token, one), one.element_id, one.name, one.key(token))
            for token in self._top.event_manager.tasks.values()
            for one in definitions(token)
            if isinstance(one, Message)
        ]

    @property
    def failures(self) -> list[Failure]:
        """The automatic steps that stand still."""
        return [
            Failure(
                token.id,
                token.workflow.spec.definition_key,
                token.task_spec.bpmn_id or "",
                *token.internal_data[FAILURE],
            )
            for token in self._tokens(spiff.LIVE)
            if token.is_failed
        ]

    @property
    def sent(self) -> list[SentMessage]:
        """Messages this session threw out of the instance."""
        return list(self._top.sent)

    @property
    def history(self) -> list[Step]:
        """What happened in this session."""
        return list(self._top.history)

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
        if not self._top.completed and not self._tokens(spiff.LIVE):
            raise InstanceStalled("流程没有结束,却没有任何在办步骤;这是系统缺陷,请联系维护人员。")
        return image.write(self._top, self._bundle, self._variables)

    def _tokens(self, mask: int) -> list[Token]:
        return [token for flow in self._top.flows() for token in flow.tokens(mask)]

    def _find(self, task_id: UUID, fits: Callable[[Token], bool]) -> Token:
        for flow in self._top.flows():
            token = flow.tasks.get(task_id)
            if token is not None and fits(token):
                found: Token = token
                return found
        raise TaskNotLive("这一步已不在等待中,可能刚被别人处理;请刷新后再看。", task_id=str(task_id))

    def _timers(self) -> list[tuple[LiveTimer, Token]]:
        return [
            (LiveTimer(_event_id(token, one), one.element_id, one.due_at(token)), token)
            for token in self._top.event_manager.tasks.values()
            for one in definitions(token)
            if isinstance(one, Timer)
        ]


def _event_id(token: Token, definition: Any) -> UUID:
    """Return the id of one wait: the token's own, or at an event-based gateway one per event."""
    token_id: UUID = token.id
    if isinstance(token.task_spec, EventBasedGateway):
        return uuid5(token_id, definition.element_id)
    return token_id


def _interrupts(token: Token) -> bool:
    """Whether the event of a token takes the work away that it is attached to."""
    return bool(getattr(token.task_spec, "cancel_activity", False))


def _missed(token: Token) -> int:
    for one in definitions(token):
        if isinstance(one, Timer) and one.kind == "timeCycle":
            return one.following(token)[1]
    return 0
