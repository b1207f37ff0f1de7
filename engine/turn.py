"""One instance in the hands of a command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.access import Actor
from engine.bpmn.run import Place, Run
from engine.changes import Changes
from engine.events import Event
from engine.feel.compiling import compile_expression
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.steps import Hands, constants

FORWARD = [one for one in table_of(ProcessInstance).c if not one.name.startswith("undo_")]
"""What going on must know of an instance: all but `Undo`, which is as large as its image."""


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take the completion of a task back: the state before it. Without one: the state before this command."""

    task_id: UUID
    image: str | None = None
    waits: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Undo | None":
        """Return what is kept in a row of process_instance."""
        if row["undo_task_id"] is None:
            return None
        return cls(row["undo_task_id"], row["undo_image"], row["undo_waits"])


@dataclass
class Turn:
    """An instance, locked and restored: its row, its run, the rows to be written.

    waits: what the instance waited for before the command, by kind and token; kept up to date for the next one.
    undo: how the last completion can be taken back, from now on. cause: why tasks are cancelled, as facts.
    offices: organisations that got something to do: from now on they see the instance.
    tried: how often a step, by token, was tried before this command.
    offers: who gets the tasks that are opened at a place, instead of their group. extended: tasks that got the days a
    return allows. last: looks at what changed before it is written.
    """

    row: Mapping[str, Any]
    run: Run
    hands: Hands
    changes: Changes
    waits: dict[str, Any]
    undo: Undo | None = None
    newly_completed: int = 0
    offices: set[int] = field(default_factory=set)
    tried: dict[str, int] = field(default_factory=dict)
    cause: Mapping[str, Any] = field(default_factory=dict)
    offers: Mapping[Place, Actor] = field(default_factory=dict)
    extended: set[UUID] = field(default_factory=set)
    last: Callable[[], None] = lambda: None

    @property
    def instance_id(self) -> UUID:
        """The id of the instance."""
        found: UUID = self.row["id"]
        return found

    def record(
        self, type: str, *, task_id: UUID | None = None, element_id: str | None = None, **data: Any
    ) -> None:
        """Journal an event of this instance."""
        event = Event(type, self.instance_id, self.row["campaign_id"], task_id, element_id, data)
        self.hands.uow.record(event, by=self.hands.actor)

    def evaluate(self, source: str, context: Mapping[str, Any], *, now: datetime | None = None) -> Any:
        """Evaluate a FEEL expression of the diagram with the year's constants in view, as of now or of another moment."""
        hands = self.hands
        known = constants(hands.parameters, now) if now else hands.constants
        return compile_expression(source).evaluate(
            {**known, **context}, functions=hands.parameters.functions, now=now or hands.uow.now()
        )

    def office(self, party: str) -> int:
        """Return the organisation that plays this party; the instance's own if none is named so."""
        found: int = self.row["parties"].get(party, self.row["organisation_id"])
        return found

    def status(self) -> str:
        """Return the status of the instance as its run stands."""
        if self.run.is_cancelled:
            return "cancelled"
        return "completed" if self.run.is_finished else "active"

    def state(self) -> dict[str, Any]:
        """Return the columns of process_instance that change with every command."""
        status = self.status()
        return {
            "image": self.run.image(),
            "waits": self.waits,
            "status": status,
            "party_ids": sorted({self.row["organisation_id"], *self.row.get("party_ids", ()), *self.offices}),
            "completed_tasks": self.row.get("completed_tasks", 0) + self.newly_completed,
            "ended_at": None if status == "active" else self.hands.uow.now(),
        }
