"""What a running diagram may reach: operations by name and decisions by key, nothing else."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from engine.access import Actor
from engine.bpmn.definition import Element
from engine.calendar.local_time import local_date
from engine.errors import BihuanError, NotFound
from engine.events import Event
from engine.explaining import EVALUATED, facts
from engine.library import Binding
from engine.operations import Step
from engine.parameters import Parameters
from engine.uow import UnitOfWork

FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
    ProgrammingError,
)
"""Errors of an operation that say nothing about the rest of the instance."""
log = logging.getLogger(__name__)


def constants(parameters: Parameters, now: datetime) -> dict[str, Any]:
    """Return what every expression of an instance sees besides its own variables."""
    return {**parameters.constants(), "today": local_date(now)}


@dataclass
class Hands:
    """The two hands of a run: calls an operation inside a savepoint, asks a decision and journals why.

    identity: the fields of `Step` that do not change within the command; constants: what its expressions see.
    """

    uow: UnitOfWork
    binding: Binding
    identity: Mapping[str, Any]
    actor: Actor
    parameters: Parameters
    constants: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.constants = constants(self.parameters, self.uow.now())

    def step(
        self, element: Element, task_id: UUID, values: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Step:
        """Describe the place an operation is called from."""
        return Step(
            **self.identity,
            element_id=element.id,
            task_id=task_id,
            actor=self.actor,
            parameters=self.parameters,
            now=self.uow.now(),
            values=values,
            data=data,
            decide=lambda key, context: self.ask(element, key, {**self.constants, **context}),
        )

    def operate(
        self, element: Element, task_id: UUID, arguments: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Run the operation of a service task; its writes vanish if it fails, and so becomes one bad step, not more."""
        step = self.step(element, task_id, {}, data)
        try:
            with self.uow.savepoint():
                result = self.uow.operations.call(self.uow, element.operation or "", step, arguments)
        except FAULTS as error:
            log.exception("operation %s failed at %s", element.operation, element.id)
            raise BihuanError(
                f"操作“{element.operation}”执行时出现程序错误({type(error).__name__});请把这个故障告诉系统管理员。",
                code="operation.failed",
                operation=element.operation,
            ) from error
        self._record("operation.called", element, operation=element.operation)
        return result

    def decide(self, element: Element, context: Mapping[str, Any]) -> Any:
        """Ask the decision of a business rule task."""
        return self.ask(element, element.decision or "", context)

    def ask(self, element: Element, key: str, context: Mapping[str, Any]) -> Any:
        """Ask a bound decision; journal what it looked at and which rows matched, so that a screen can say why."""
        decisions = self.binding.decisions.get(key)
        if decisions is None:
            raise NotFound(
                f"决策表“{key}”没有随流程绑定;请发布它后重新启动。", code="decision.not_found", key=key
            )
        outcome = decisions.decide(key, context, functions=self.parameters.functions, now=self.uow.now())
        self._record(EVALUATED, element, **facts(key, outcome, self.binding.papers.get(key)))
        return outcome.value

    def _record(self, type: str, element: Element, **data: Any) -> None:
        event = Event(
            type, self.identity["instance_id"], self.identity["campaign_id"], None, element.id, data
        )
        self.uow.record(event, by=self.actor)
