"""The inbox as its page has it: a page of a view with its totals, counts, saved views."""

from typing import Any, get_args
from urllib.parse import parse_qsl

from flask import Response
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from engine.calendar.local_time import start_of_day
from engine.json_values import dumps
from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web import saved_views
from host.web.context import acting_now, system
from host.web.day import today
from host.web.inbox_address import LAST_PAGE, LONGEST_TEXT, NAMES, wanted_in
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded, Loose, described
from ledger import inbox, narrowing, putting_off

SHOWN = (
    "id", "instance_id", "name", "title", "subject_code", "stage", "role", "organisation", "round", "status",
    "assignee_name", "owner_name", "due_at", "ended_at", "at", "why", "who",
)  # fmt: skip
PAGE = {"items": [], "total": 0, "buckets": dict.fromkeys(inbox.BUCKETS, 0), "stages": []}


class Wished(Schema):
    """Which tasks, as the inbox filters them. page: from 1."""

    view = fields.String(load_default="all", validate=validate.OneOf(get_args(narrowing.View)))
    q = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_TEXT), metadata=described("标题、编码、单位")
    )
    stage = fields.String(load_default="")
    unit = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    year = fields.Integer()
    state = fields.String(load_default="", validate=validate.OneOf(get_args(narrowing.State)))
    page = fields.Integer(load_default=1, validate=validate.Range(1, LAST_PAGE))


class Counts(Schema):
    """How many there are in each view, up to 1000."""

    mine = fields.Integer()
    group = fields.Integer()
    sent = fields.Integer()
    unread = fields.Integer()
    done_today = fields.Integer()
    put_off = fields.Integer()


class View(Schema):
    """A saved view. query: the filters as an address writes them."""

    id = fields.Integer(dump_only=True)
    name = fields.String(required=True)
    query = fields.String(load_default="", metadata=described("", "view=mine&stage=self_evaluation"))


class Views(Schema):
    """One's saved views."""

    items = fields.List(fields.Nested(View))


@api.route("/inbox")
@problems
@api.arguments(Wished, location="query")
@api.response(200, Loose, example=PAGE)
def read_inbox(asked: dict[str, Any]) -> Response:
    """收件箱的一页:待办先到期的在前,其余新的在前;每件为什么是我的(why)、由谁(who)"""
    wanted = wanted_in(MultiDict({name: str(value) for name, value in asked.items()}))
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = inbox.page(uow, acting_now().actor, wanted, start_of_day(today().day))
        items = [{name: getattr(row, name) for name in SHOWN} for row in found.rows]
    buckets = dict(zip(inbox.BUCKETS, found.buckets, strict=True))
    said = {"items": items, "total": found.total, "buckets": buckets, "stages": found.stages}
    return Response(dumps(said), content_type="application/json")


@api.route("/inbox/counts")
@problems
@api.response(200, Counts)
def read_counts() -> Any:
    """各视图有多少件"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        actor = acting_now().actor
        hides = putting_off.hides(uow, actor)
        return inbox.counts(uow, actor, start_of_day(today().day), hides=hides)


@api.route("/inbox/views")
@problems
@api.response(200, Views)
def list_views() -> dict[str, Any]:
    """保存的视图"""
    with system().bihuan.unit_of_work() as uow:
        return {"items": saved_views.listed(uow, acting_now().account_id)}


@api.route("/inbox/views", methods=["PUT"])
@keyed
@api.arguments(View, example={"name": "要催的", "query": "state=late"})
@api.response(200, Commanded, example={"id": "要催的", "command": "view.keep"})
def keep_view(sent: dict[str, Any]) -> Response:
    """保存视图;同名的覆盖"""

    def act(uow: UnitOfWork) -> Any:
        parts = [pair for pair in parse_qsl(sent["query"]) if pair[0] in NAMES]
        saved_views.keep(uow, acting_now().account_id, sent["name"], wanted_in(MultiDict(parts)))
        return done(sent["name"].strip(), "view.keep")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/inbox/views/<int:view_id>", methods=["DELETE"])
@keyed
@api.response(200, Commanded, example={"id": "3", "command": "view.forget"})
def forget_view(view_id: int) -> Response:
    """删去自己的一个视图"""

    def act(uow: UnitOfWork) -> Any:
        saved_views.forget(uow, acting_now().account_id, view_id)
        return done(str(view_id), "view.forget")

    return carried_out(act, scope=EVERYWHERE)
