"""The money part of a form that two people fill in: read, keep, answer for it; by finance."""

from typing import Any
from uuid import UUID

from flask import Response

from engine import parts
from engine.errors import Conflict, NotAllowed
from engine.json_values import dumps
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.errors import FormInvalid
from forms.xlsx.stamping import check_code
from host.filing import FINANCE, Desk
from host.web.context import acting_now, system
from host.web.form.case import opened
from host.web.form.seat import Seat, save
from host.web.rest.commanding import carried_out, done, revision_asked
from host.web.rest.interface import REVISION, api, keyed, problems
from host.web.rest.problems import Stale
from host.web.rest.schemas import Commanded, Loose, Values

EXAMPLE = {"values": {"executed_amount": "120.5"}}
MONEY = {
    "fields": ["executed_amount"],
    "values": {"executed_amount": "120.5"},
    "revision": 1,
    "signed_by": "",
}


@api.route("/tasks/<uuid:task_id>/money")
@problems
@api.response(200, Loose, example=MONEY)
def read_money(task_id: UUID) -> Response:
    """资金部分:要填的字段、现在的值、谁确认了"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, seat = _seat(uow, task_id)
    return _said(desk, seat)


@api.route("/tasks/<uuid:task_id>/money", methods=["PUT"])
@problems
@api.doc(parameters=[REVISION])
@api.arguments(Values, example=EXAMPLE)
@api.response(200, Loose, example=MONEY)
def keep_money(sent: dict[str, Any], task_id: UUID) -> Response:
    """存资金部分;If-Match 是读到的 revision;改了值,原来的确认作废"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, seat = _seat(uow, task_id)
        raw = {**seat.raw, **sent["values"]}
        try:
            seat = save(uow, task_id, desk, seat, raw, revision=revision_asked(), by=acting_now().actor)
        except Conflict as conflict:
            raise Stale from conflict
    return _said(desk, seat)


@api.route("/tasks/<uuid:task_id>/money/sign", methods=["POST"])
@keyed
@api.response(200, Commanded, example={"id": "…", "command": "part.sign"})
def sign_money(task_id: UUID) -> Response:
    """确认资金部分;有错处则逐处说明"""

    def act(uow: UnitOfWork) -> Any:
        desk, seat = _seat(uow, task_id)
        standing = assess(desk.definition, seat.raw, context=desk.context, functions=desk.functions)
        wrong = tuple(one for one in standing.errors if one.path.partition("[")[0] in desk.finance)
        if wrong:
            raise FormInvalid(desk.definition.key, desk.definition.title, wrong)
        code = check_code({name: value for name, value in seat.raw.items() if name in desk.finance})
        by = acting_now().actor
        parts.sign(uow, task_id, FINANCE, FINANCE, revision=seat.revision, code=code, by=by)
        return done(task_id, "part.sign")

    return carried_out(act, task_id=task_id)


def _seat(uow: UnitOfWork, task_id: UUID) -> tuple[Desk, Seat]:
    """Return the desk and the seat at its money. Raises NotAllowed for anybody who sits elsewhere."""
    desk, seat = opened(uow, task_id, acting_now().actor)
    if seat.part != FINANCE:
        raise NotAllowed("这张表没有由您填写的资金部分;请用草稿和办结接口。", code="part.not_yours")
    return desk, seat


def _said(desk: Desk, seat: Seat) -> Response:
    values = {name: seat.raw.get(name) for name in sorted(desk.finance)}
    said = {
        "fields": sorted(desk.finance),
        "values": values,
        "revision": seat.revision,
        "signed_by": seat.signed_by,
    }
    return Response(dumps(said), content_type="application/json", headers={"ETag": f'"{seat.revision}"'})
