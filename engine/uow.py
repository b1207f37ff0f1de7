"""The unit of work: one command, one transaction, its events and audit rows written once."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, cast, event, func
from sqlalchemy.orm import Session, SessionTransaction

from engine.access import SYSTEM, Actor
from engine.clock import Clock
from engine.errors import NotAllowed
from engine.events import Event
from engine.json_values import dumps
from engine.scope import EVERYWHERE, Scope
from engine.storage.beginning import begin_with
from engine.storage.database import Database
from engine.storage.roles import APP
from engine.storage.writing import Writing, insertion


class AlreadyQueued(Exception):
    """A job with the same queueing lock is waiting already."""


class Jobs(Protocol):
    """Whoever puts jobs into the queue; the host hands it in."""

    def enqueue(self, driver: Any, job: str, arguments: Mapping[str, Any], queueing_lock: str | None) -> int:
        """Insert a job on the caller's driver connection; return its id. Raises AlreadyQueued."""
        ...


class NoJobs:
    """A queue for places that have none: deferring is a programming error there."""

    def enqueue(self, driver: Any, job: str, arguments: Mapping[str, Any], queueing_lock: str | None) -> int:
        """Refuse."""
        raise RuntimeError(f"expected a unit of work with a queue to defer {job!r}, found one without")


class Calls(Protocol):
    """Whoever knows the operations a diagram may call (`engine.operations`); the host hands it in."""

    def call(
        self, uow: "UnitOfWork", name: str, step: Any, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Run the operation `name` at a step."""
        ...


class NoCalls:
    """For places where no diagram runs: calling an operation is a programming error there."""

    def call(self, uow: "UnitOfWork", name: str, step: Any, arguments: Mapping[str, Any]) -> None:
        """Refuse."""
        raise RuntimeError(f"expected a unit of work with operations to call {name!r}, found one without")


class UnitOfWork:
    """What a command works with: session, clock, operations; it records, it never commits.

    actor: who is named in the journal when `record` and `audit` are not told otherwise.
    scope: the rows it sees now; None sees nothing. A command that has locked an instance goes on in the scope of
    that instance's whole jurisdiction, because the diagram works for all of it (`entering`, `work_for`).
    """

    def __init__(
        self, session: Session, *, clock: Clock, operations: Calls, jobs: Jobs, scope: Scope | None = None
    ) -> None:
        self.session = session
        self.scope = self._began = scope
        self.clock = clock
        self.operations = operations
        self.jobs = jobs
        self.actor: Actor = SYSTEM
        self._events: list[dict[str, Any]] = []
        self._audit: list[dict[str, Any]] = []
        session.info[UnitOfWork] = self

    def now(self) -> datetime:
        """Return the clock's instant, aware, in UTC."""
        return self.clock.now()

    def connection(self) -> Connection:
        """Return the connection of this transaction."""
        return self.session.connection()

    def entering(self, jurisdiction: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
        """Return what a statement that locks an instance selects besides, so that the rest runs in its scope.

        jurisdiction: that instance's column. Say `entered` when a row was found: it was seen through the old scope.
        """
        scope = self.scope
        if scope is None or scope == Scope(scope.jurisdiction_id):
            return _into(jurisdiction) if scope == EVERYWHERE else ()
        return WIDENING

    def entered(self, jurisdiction_id: int) -> None:
        """Note that a statement with `entering` has found an instance of this jurisdiction."""
        if self.scope is not None:
            self.scope = Scope(jurisdiction_id)

    def work_for(self, jurisdiction_id: int, organisations: Collection[int]) -> None:
        """Go on in the scope of a whole jurisdiction, to start something of these organisations there.

        Raises NotAllowed if the scope so far does not reach them.
        """
        scope, wanted = self.scope, Scope(jurisdiction_id)
        if scope is None or scope == wanted:
            return
        walls = scope.organisations
        if not scope.is_everywhere and (
            scope.jurisdiction_id != jurisdiction_id
            or (walls is not None and not walls.issuperset(organisations))
        ):
            raise NotAllowed("只能为本单位启动事项;请由该单位自己启动。", code="scope.not_allowed")
        self._see(wanted)

    def leave(self) -> None:
        """See everywhere again, in a unit of work that began so and whose command has entered a jurisdiction."""
        if self._began == EVERYWHERE and self.scope != EVERYWHERE:
            self.flush()
            self._see(EVERYWHERE)

    def _see(self, scope: Scope) -> None:
        self.session.connection().exec_driver_sql(SEE, scope.settings())
        self.scope = scope

    def record(self, event: Event, *, by: Actor | None = None) -> None:
        """Keep an event; all of them are inserted together before the commit, in this order."""
        actor = by or self.actor
        self._events.append(
            {
                "at": self.now(),
                "type": event.type,
                "instance_id": event.instance_id,
                "campaign_id": event.campaign_id,
                "task_id": event.task_id,
                "element_id": event.element_id,
                "actor_id": actor.doer_id,
                "actor_name": actor.name,
                "data": {**event.data, **_behalf(actor)},
            }
        )

    def audit(
        self,
        action: str,
        *,
        by: Actor | None = None,
        instance_id: UUID | None = None,
        subject: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep an audit entry: who did what to which thing. data: facts, no form values."""
        actor = by or self.actor
        self._audit.append(
            {
                "at": self.now(),
                "actor_id": actor.doer_id,
                "actor_name": actor.name,
                "action": action,
                "instance_id": instance_id,
                "subject": subject,
                "data": {**(data or {}), **_behalf(actor)},
            }
        )

    def defer(self, job: str, *, queueing_lock: str | None = None, **arguments: Any) -> int | None:
        """Put a job into the queue; a worker sees it after the commit, never after a rollback.

        Returns the job's id, or None if a job with the same queueing lock is waiting already.
        """
        if queueing_lock is None:
            return self.jobs.enqueue(self._driver(), job, arguments, None)
        try:
            with self.session.begin_nested():
                # asked inside: SQLAlchemy sends the SAVEPOINT only now, and a refused job would spoil the rest
                return self.jobs.enqueue(self._driver(), job, arguments, queueing_lock)
        except AlreadyQueued:
            return None

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only the block on an error, its events and audit entries too; the error goes on."""
        events, entries = list(self._events), list(self._audit)
        try:
            with self.session.begin_nested():
                self.session.connection()
                yield
        except BaseException:
            self._events, self._audit = events, entries  # what was written meanwhile is undone
            raise

    def flush(self) -> None:
        """Write what is pending: rows of the session, then all events and all audit entries.

        The journal names things that a narrow scope need not see (a campaign): it is written without the wall.
        """
        self.session.flush()
        if not self._events and not self._audit:
            return
        if self.scope is not None and self.scope.organisations is not None:
            self._see(Scope(self.scope.jurisdiction_id))
        writing = Writing()
        self.pour(writing)
        writing.run(self.connection(), counting=None)

    def pour(self, writing: Writing) -> None:
        """Let what is recorded so far be written by this statement, in the scope of a whole jurisdiction."""
        if self._events:
            writing.add("told", INSERT_EVENTS, dumps(self._events))
        if self._audit:
            writing.add("entered", f"{INSERT_AUDIT} returning id", dumps(self._audit))
            writing.add("trailed", TRAIL)
        self._events, self._audit = [], []

    def _driver(self) -> Any:
        return self.session.connection().connection.driver_connection


def _behalf(actor: Actor) -> Mapping[str, Any]:
    """Say in whose place somebody acted; the journal's actor_id is who really did."""
    return {} if actor.hand_id is None else {"behalf_of_id": actor.person_id}


@cache
def _into(jurisdiction: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    return (
        func.set_config("role", APP, True).label("set_role"),
        func.set_config("app.jurisdiction", cast(jurisdiction, Text), True).label("set_jurisdiction"),
    )


WIDENING = (func.set_config("app.organisations", "", True).label("set_organisations"),)
SEE = (
    "select set_config('role', %s, true), set_config('app.jurisdiction', %s, true), "
    "set_config('app.organisations', %s, true)"
)
INSERT_EVENTS = insertion(
    "app.event",
    ("at", "type", "instance_id", "campaign_id", "task_id", "element_id", "actor_id", "actor_name", "data"),
)
INSERT_AUDIT = insertion(
    "app.audit_entry", ("at", "actor_id", "actor_name", "action", "instance_id", "subject", "data")
)
TRAIL = "insert into app.audit_tail (entry_id) select id from entered"  # an entry's place in the tail, see engine.sealing


class ScopedSession(Session):
    """The session of a unit of work: each transaction begins by telling the database what is seen."""


@event.listens_for(ScopedSession, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    scope: Scope | None = session.info[UnitOfWork].scope
    if scope is None or scope == EVERYWHERE or transaction.nested:
        return  # everywhere: the system's own connection sees it without a word
    begin_with(connection, SEE, scope.settings())


@contextmanager
def unit_of_work(
    database: Database,
    *,
    clock: Clock,
    operations: Calls | None = None,
    jobs: Jobs | None = None,
    scope: Scope | None = None,
    apart: bool = False,
) -> Iterator[UnitOfWork]:
    """Open a unit of work: commit on return, roll back on any error.

    scope: the rows it sees, gone with the transaction; without one it sees none that belong to a jurisdiction.
    apart: each statement is a transaction of its own, everywhere only: a look of one statement is one round trip.
    """
    everywhere = scope is not None and scope.is_everywhere
    engine = database.system_engine if everywhere else database.engine
    if apart:
        assert everywhere, "expected a look apart to be everywhere: a scope lasts as long as its transaction"
        engine = database.apart_engine
    with (
        ScopedSession(
            engine, expire_on_commit=False, close_resets_only=False
        ) as session,  # not to be used again
        session.begin(),
    ):
        uow = UnitOfWork(
            session,
            clock=clock,
            operations=operations or NoCalls(),
            jobs=jobs or NoJobs(),
            scope=scope,
        )
        yield uow
        uow.flush()
