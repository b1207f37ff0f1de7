"""Forms as JSON Schema, and who is signed in."""

from typing import Any

from flask import Response, g

from engine.json_values import dumps
from host.publishing.form_library import form_keys, form_of
from host.web.context import acting_now, form_token, system
from host.web.rest import schemas
from host.web.rest.form_schema import form_schema
from host.web.rest.interface import api, problems


@api.route("/forms")
@problems
@api.response(
    200, schemas.Loose, example={"items": [{"key": "signature", "version": 1, "title": "单位负责人签字"}]}
)
def list_forms() -> Response:
    """表单一览"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = [form_of(uow.session, key) for key in form_keys(uow.session)]
    items = [{"key": one.key, "version": one.version, "title": one.title} for one in found]
    return Response(dumps({"items": items}), content_type="application/json")


@api.route("/forms/<key>")
@problems
@api.response(
    200, schemas.Loose, example={"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
)
def read_form_schema(key: str) -> Response:
    """表单的定义,按 JSON Schema 2020-12"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = form_of(uow.session, key)
    return Response(dumps(form_schema(found)), content_type="application/schema+json")


@api.route("/me")
@problems
@api.response(200, schemas.Me)
def read_me() -> dict[str, Any]:
    """我是谁、有什么岗位和权限"""
    who = acting_now()
    return {
        "account_id": who.account_id,
        "person_id": who.actor.person_id,
        "name": who.actor.name,
        "organisation": who.organisation,
        "jurisdiction": who.jurisdiction,
        "roles": [{"role": role, "organisation_id": place} for role, place in sorted(who.actor.roles)],
        "permissions": sorted(who.permissions),
        "form_token": form_token() if "cookie" in g else None,
    }
