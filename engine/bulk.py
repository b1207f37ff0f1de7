"""One command for many things, a result for each: a poison one never stops the rest."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, func, insert, literal, select, update
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from engine import (
    assigning,
    campaigns,
    incidents,
    instances,
    migrating,
    moving,
    redating,
    suspending,
    tasks,
    telling,
)
from engine.access import Actor
from engine.errors import BihuanError, InvalidInput, NotFound
from engine.migrating import Passage
from engine.model.base import table_of
from engine.model.bulk import BulkItem, BulkRun
from engine.redating import NewDays
from engine.uow import UnitOfWork

BULK_JOB = "run_bulk"
BATCH = 50
ATTEMPTS = 3
MOST_REASONS = 20
log = logging.getLogger(__name__)
Arguments = Mapping[str, Any]
Command = Callable[[UnitOfWork, str, Arguments, Actor], object]


@dataclass(frozen=True, slots=True)
class Result:
    """How one target went. status: ok or failed (then code and text), or waiting."""

    target: str
    status: str
    code: str | None = None
    text: str | None = None


def person(body: Arguments) -> Actor:
    """Read who somebody is, as `described` wrote it."""
    roles = frozenset((role, place) for role, place in body.get("roles", ()))
    powers = {name: bool(body.get(name, False)) for name in ("system", "watches")}
    return Actor(body["person_id"], body["name"], roles, hand_id=body.get("hand_id"), **powers)


def described(actor: Actor) -> dict[str, Any]:
    """Return who somebody is, with the roles he holds now."""
    roles = [list(one) for one in sorted(actor.roles)]
    return {
        "person_id": actor.person_id,
        "name": actor.name,
        "roles": roles,
        "system": actor.system,
        "hand_id": actor.hand_id,
        "watches": actor.watches,
    }


def _token(target: str) -> tuple[UUID, UUID]:
    instance_id, _, token_id = target.partition("/")
    return UUID(instance_id), UUID(token_id)


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "claim": lambda uow, one, _, by: tasks.claim(uow, UUID(one), by=by),
        "release": lambda uow, one, _, by: tasks.release(uow, UUID(one), by=by),
        "transfer": lambda uow, one, more, by: assigning.transfer(
            uow, UUID(one), person(more["to"]), more["reason"], by=by, oversight=more.get("oversight", ())
        ),
        "urge": lambda uow, one, more, by: telling.urge(uow, UUID(one), more["text"], by=by),
        "cancel": lambda uow, one, more, by: instances.cancel(uow, UUID(one), more["reason"], by=by),
        "move": lambda uow, one, more, by: moving.move(
            uow, *_token(one), more["element_id"], more["reason"], by=by, operators=more.get("operators", ())
        ),
        "suspend": lambda uow, one, more, by: suspending.suspend(uow, UUID(one), more["reason"], by=by),
        "resume": lambda uow, one, more, by: suspending.resume(
            uow, UUID(one), more["reason"], by=by, shift=more.get("shift", False)
        ),
        "retry": lambda uow, one, more, by: incidents.resolve(uow, int(one), more["reason"], by=by),
        "skip": lambda uow, one, more, by: incidents.skip(
            uow, int(one), more["reason"], more.get("outputs"), by=by
        ),
        "waive": lambda uow, one, more, by: campaigns.waive(uow, int(one), more["reason"], by=by),
        "redate": lambda uow, one, more, by: redating.redate(
            uow, UUID(one), NewDays.read(more), more["reason"], by=by
        ),
        "migrate": lambda uow, one, more, by: migrating.migrate(
            uow, UUID(one), Passage.read(more), more["reason"], by=by
        ),
    }
)
"""What may be done to many things; targets are ids of tasks, instances, incidents or campaigns, or INSTANCE/TOKEN."""


def run(
    uow: UnitOfWork, command: str, targets: Sequence[str], arguments: Arguments, *, by: Actor
) -> list[Result]:
    """Give a command for each target, each in a savepoint of its own; return the results in order.

    For a handful at once; larger orders go through `submit`. Raises InvalidInput for an unknown command.
    """
    give = _known(command)
    results = []
    for target in targets:
        try:
            with uow.savepoint():
                give(uow, target, arguments, by)
        except Exception as error:  # one bad target must not stop the others
            log.info("bulk %s failed for %s", command, target, exc_info=True)
            results.append(failed(target, error))
        else:
            results.append(Result(target, "ok"))
    _audit(uow, command, None, len(targets), by)
    return results


def failed(target: str, error: Exception) -> Result:
    """Return the result of a target that failed: a refusal says why, anything else is a program error."""
    if isinstance(error, BihuanError):
        return Result(target, "failed", error.code, error.text)
    if isinstance(error, DataError):
        text = "编号或参数里有存不下的字符或过大的数;请核对后再试。"
        return Result(target, "failed", "bulk.bad_argument", text)
    if isinstance(error, KeyError | ValueError):
        return Result(target, "failed", "bulk.bad_argument", f"编号或参数不对:{error};请核对后再试。")
    text = f"执行时出现程序错误({type(error).__name__});请告诉系统管理员。"
    return Result(target, "failed", "internal", text)


def submit(uow: UnitOfWork, command: str, targets: Sequence[str], arguments: Arguments, *, by: Actor) -> int:
    """Order a command for any number of targets, done by jobs in batches; return the order's id, for `progress`."""
    _known(command)
    row = BulkRun(command=command, arguments=dict(arguments), actor=described(by), actor_name=by.name)
    row.created_at = uow.now()
    uow.session.add(row)
    uow.session.flush()
    listed = func.unnest(literal(list(targets), ARRAY(Text)))
    one = listed.table_valued("target", with_ordinality="position").render_derived()
    items = select(literal(row.id), one.c.position - 1, one.c.target, literal("waiting"))
    columns = ("run_id", "position", "target", "status")
    uow.session.execute(insert(table_of(BulkItem)).from_select(columns, items))
    for first in range(0, len(targets), BATCH):
        uow.defer(BULK_JOB, run_id=row.id, first=first)
    _audit(uow, command, row.id, len(targets), by)
    return row.id


def waiting(session: Session, run_id: int, first: int) -> list[int]:
    """Return the positions of a batch that are still to be done, those never tried first."""
    item = BulkItem
    batch = (item.run_id == run_id, item.position >= first, item.position < first + BATCH)
    found = select(item.position).where(*batch, item.status == "waiting")
    return list(session.scalars(found.order_by(item.attempts, item.position)))


def begin(uow: UnitOfWork, run_id: int, position: int) -> bool:
    """Count an attempt before it runs; False if it is done, or its attempts are used up: it kills its process."""
    mine = (BulkItem.run_id == run_id, BulkItem.position == position, BulkItem.status == "waiting")
    again = update(BulkItem).where(*mine, BulkItem.attempts < ATTEMPTS)
    tried = again.values(attempts=BulkItem.attempts + 1).returning(BulkItem.position)
    if uow.session.scalar(tried) is not None:
        return True
    text = f"执行了{ATTEMPTS}次,每次工作进程都中断;请查明原因后再试。"
    keep(uow, run_id, position, Result("", "failed", "bulk.died", text))
    return False


def carry_out(uow: UnitOfWork, run_id: int, position: int) -> None:
    """Give the command for one target and note that it is done, in one transaction: never twice."""
    order = uow.session.get_one(BulkRun, run_id)
    mine = select(BulkItem.target).where(
        BulkItem.run_id == run_id, BulkItem.position == position, BulkItem.status == "waiting"
    )
    target = uow.session.scalar(mine.with_for_update(skip_locked=True))
    if target is not None:
        keep(
            uow, run_id, position, Result(target, "ok")
        )  # before it: a command goes on in its own jurisdiction
        COMMANDS[order.command](uow, target, order.arguments, person(order.actor))


def keep(uow: UnitOfWork, run_id: int, position: int, result: Result) -> None:
    """Note how a target went."""
    mine = (BulkItem.run_id == run_id, BulkItem.position == position, BulkItem.status == "waiting")
    told = {"status": result.status, "code": result.code, "text": result.text, "ended_at": uow.now()}
    uow.session.execute(update(BulkItem).where(*mine).values(**told))


def progress(session: Session, run_id: int) -> dict[str, int]:
    """Return how many targets there are by status. Raises NotFound."""
    if session.get(BulkRun, run_id) is None:
        raise NotFound(f"找不到编号为 {run_id} 的批量操作;请核对编号。", code="bulk.not_found")
    rows = select(BulkItem.status, func.count()).where(BulkItem.run_id == run_id).group_by(BulkItem.status)
    return {"waiting": 0, "ok": 0, "failed": 0} | dict(session.execute(rows).all())


def reasons(session: Session, run_ids: Sequence[int]) -> list[str]:
    """Return why targets of these orders failed, each reason once."""
    item = BulkItem
    failed = select(item.text).where(
        item.run_id.in_(run_ids), item.status == "failed", item.text.is_not(None)
    )
    return list(session.scalars(failed.distinct().order_by(item.text).limit(MOST_REASONS)))


def results(session: Session, run_id: int) -> list[Result]:
    """Return how every target went, in the order given."""
    item = BulkItem
    rows = select(item.target, item.status, item.code, item.text).where(item.run_id == run_id)
    return [Result(*row) for row in session.execute(rows.order_by(item.position))]


def _known(command: str) -> Command:
    found = COMMANDS.get(command)
    if found is None:
        names = "、".join(COMMANDS)
        raise InvalidInput(f"没有名为“{command}”的批量操作;可用的有:{names}。", code="bulk.unknown")
    return found


def _audit(uow: UnitOfWork, command: str, run_id: int | None, targets: int, by: Actor) -> None:
    subject = command if run_id is None else f"{command}/{run_id}"
    uow.audit("bulk.order", by=by, subject=subject, data={"targets": targets})
