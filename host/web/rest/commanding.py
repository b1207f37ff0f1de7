"""A command of a program: in one transaction with its Idempotency-Key, only if its If-Match still holds."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, request

from engine.json_values import dumps
from engine.scope import Scope
from engine.standing import read
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.rest import idempotency
from host.web.rest.problems import Stale

Act = Callable[[UnitOfWork], Mapping[str, Any]]
OF_A_TASK = ("status", "assignee_id", "owner_id", "round", "due_at", "ended_at")


def carried_out(
    act: Act,
    *,
    task_id: UUID | None = None,
    status: int = 200,
    body: bytes | None = None,
    scope: Scope | None = None,
) -> Response:
    """Carry a command out and return what it says.

    task_id: whose ETag an If-Match is about. body: what was sent, if it was read already. scope: what it sees, if that
    is not what who asks sees: the register is looked after everywhere, within what its commands allow.
    """
    key = request.headers.get("Idempotency-Key", "")
    with system().bihuan.unit_of_work(scope or acting_now().scope) as uow:
        if key:
            known = idempotency.claim(uow, acting_now().account_id, key, _fingerprint(body))
            if known is not None:
                return _answer(known.status, known.body, {"Idempotency-Replayed": "true"})
        if task_id is not None and request.if_match:
            require_match(etag_of(read(uow, task_id)))
        said = dumps(act(uow))
        if key:
            idempotency.keep(uow, acting_now().account_id, key, status, said)
    return _answer(status, said, {})


def done(thing: UUID | str, command: str) -> Mapping[str, Any]:
    """Return that a command was carried out."""
    return {"id": str(thing), "command": command}


def etag_of(task: Mapping[str, Any]) -> str:
    """Return what changes whenever a task is in other hands, another state or another round."""
    return sha256(dumps([task[name] for name in OF_A_TASK]).encode()).hexdigest()[:16]


def require_match(etag: str) -> None:
    """Raise Stale unless the request's If-Match, if it has one, names this state."""
    if request.if_match and not request.if_match.contains(etag):
        raise Stale


def revision_asked() -> int:
    """Return the revision that the request's If-Match names; 0 if it names none."""
    named = [one for one in request.if_match.as_set() if one.isdigit()] if request.if_match else []
    return int(named[0]) if named else 0


def _answer(status: int, body: str, headers: Mapping[str, str]) -> Response:
    return Response(body, status, headers, content_type="application/json")


def _fingerprint(body: bytes | None) -> str:
    sent = request.get_data() if body is None else body
    said = f"{request.method} {request.full_path}\n".encode() + sent
    return sha256(said).hexdigest()
