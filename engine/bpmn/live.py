"""What an instance waits for, what it did and what it could not do, as its callers see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from engine.bpmn.element import Element

Counting = Callable[[UUID, str, Mapping[str, Any]], Any]
"""Evaluates FEEL at the border of a user task, over variables, with the day that task is due in view."""


@dataclass(frozen=True, slots=True)
class LiveTask:
    """A user task waiting for a person. data: the process variables it sees, read only.

    path: its element with the activities around it, e.g. `call/fill#2`; the same in every round, different for each
    instance of a multi-instance activity.
    """

    id: UUID
    definition_key: str
    element: Element
    data: Mapping[str, Any]
    path: str


@dataclass(frozen=True, slots=True)
class LiveTimer:
    """A timer running; `missed`: occurrences of a cycle that passed unseen, known once it fired.

    counts: whether it counts from the day its task is due.
    """

    id: UUID
    element_id: str
    due_at: datetime
    missed: int = 0
    counts: bool = False


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """A message waited for; key None: any message of this name will do."""

    id: UUID
    element_id: str
    name: str
    key: str | None


@dataclass(frozen=True, slots=True)
class LiveSignal:
    """A signal waited for."""

    id: UUID
    element_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Anything an instance waits for. kind: 'task', 'timer', 'message', 'signal', 'condition' or 'failure'."""

    kind: str
    id: UUID
    definition_key: str
    element_id: str


class Place(NamedTuple):
    """An element of one of the processes of a bundle."""

    definition_key: str
    element_id: str


class Walk(NamedTuple):
    """A way a token took: from which element ("" at the beginning) to which, in which process."""

    definition_key: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return (or move) does to the waits of an instance: those that go, that stay, that are new.

    Of a plan the ids of `planted` are examples; the real ones come with the act.
    left: the subprocesses and called processes that are given up, by their activity.
    """

    target: Place
    withdrawn: list[Wait]
    kept: list[Wait]
    planted: list[Wait]
    left: list[Place]


@dataclass(frozen=True, slots=True)
class SentSignal:
    """A signal thrown by the diagram; those who wait for it inside the instance have heard it already."""

    element_id: str
    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message thrown by the diagram that nobody inside the instance caught."""

    element_id: str
    name: str
    key: str | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """An automatic step that stands still until `Run.retry`."""

    task_id: UUID
    definition_key: str
    element_id: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in this session. kind: 'entered', 'completed' or 'cancelled'."""

    order: int
    definition_key: str
    element_id: str
    task_id: UUID
    kind: str


class Services(Protocol):
    """The hands of a run. Both may raise BihuanError: the step becomes a Failure."""

    def operate(
        self, element: Element, task_id: UUID, arguments: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Run the operation of a service task and return its result."""
        ...

    def decide(self, element: Element, context: Mapping[str, Any]) -> Any:
        """Evaluate the decision of a business rule task."""
        ...
