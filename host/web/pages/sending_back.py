"""Send a task back (退回): choose the step, look what would happen, write what is to be changed, do it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Flask, request

from engine import library, returning
from engine.bpmn.run import Place
from engine.earlier import Done
from engine.errors import InvalidInput
from engine.standing import read
from engine.uow import UnitOfWork
from forms.definition import FormDefinition
from host.web.batching import is_short
from host.web.context import acting_now, only_looks
from host.web.form.returned import form_at, require_remarks
from host.web.remark_places import WHOLE, cells_of, fields_of, words_of
from host.web.round.rows import last_round
from host.web.task_page import Answer, acted, shown
from ledger import candidates
from ledger.roles import overseers

ROWS = 3
MOST_ROWS = 40


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/return", "return_task", send_back, methods=["GET", "POST"])


def send_back(task_id: UUID) -> Answer:
    """Show what a return would do, and do it."""

    def page(fault: str = "") -> str:
        return shown("return", task_id, _gathered, fault=fault)

    def act(uow: UnitOfWork) -> None:
        reason, remarks = request.form.get("reason", ""), _remarks()
        require_remarks(uow, task_id, _place(), remarks)
        if not reason.strip() and remarks:
            reason = ";".join(text for _, text in remarks)[: returning.LONGEST_TEXT]
        returning.send_back(
            uow,
            task_id,
            _place(),
            reason,
            remarks,
            by=acting_now().actor,
            roles_of=lambda one: candidates.roles_of(uow, one),
            oversight=overseers(read(uow, task_id)["role"]),
        )

    more = request.form.get("action") == "more" or bool(request.form.get("at"))
    return page() if only_looks() or more else acted("returned", task_id, act, page)


def _gathered(uow: UnitOfWork, task: Any) -> dict[str, Any]:
    actor = acting_now().actor
    watching = overseers(task.role)
    targets = returning.targets(uow, task.id, by=actor, oversight=watching)
    chosen = _chosen(uow, task, targets, request.values.get("to", ""))
    if chosen is None:
        return {"targets": (), "chosen": None, "plan": None, "fields": (), "remarks": (), "address": address}
    plan = returning.plan(
        uow,
        task.id,
        chosen.place,
        by=actor,
        roles_of=lambda one: candidates.roles_of(uow, one),
        oversight=watching,
    )
    definition, filed = form_at(uow, task, chosen.place)
    at = request.form.get("at", "")
    remarks = [
        *(_proposed(uow, task, chosen.place) if only_looks() else _remarks()),
        *([(at, "")] if at else []),
    ]
    rows = max(ROWS, len(remarks) + 1) + (ROWS if request.form.get("action") == "more" else 0)
    blank = [("", "")] * max(0, min(rows, MOST_ROWS) - len(remarks))
    return {
        "targets": targets,
        "chosen": chosen,
        "plan": plan,
        "fields": _fields(definition, filed, [path for path, _text in remarks]) if definition else (),
        "cells": cells_of(definition, filed) if definition else (),
        "at": at,
        "remarks": [*remarks, *blank],
        "address": address,
    }


def _proposed(uow: UnitOfWork, task: Any, place: Place) -> list[tuple[str, str]]:
    """Return the remarks of the last return to a step that its reviewer called unsettled, at their places now."""
    found = last_round(uow, task)
    if found is None or not found.returns:
        return []
    last = found.returns[-1]
    if (last["to_definition_key"], last["to_element_id"]) != (place.definition_key, place.element_id):
        return []
    return [(one.path, one.text) for one in found.unsettled]


def _chosen(uow: UnitOfWork, task: Any, targets: Sequence[Done], wanted: str) -> Done | None:
    """Return the step that is asked for; else the nearest with something to change in its form; else the nearest."""
    bundle = library.binding(uow.session, task.bundle_hash).bundle
    asked = [one for one in targets if address(one.place) == wanted]
    long = [one for one in targets if not is_short(uow, bundle.element(*one.place).form)]
    return next(iter([*asked, *long, *targets]), None)


def _fields(
    definition: FormDefinition, filed: Mapping[str, Any], picked: Sequence[str]
) -> list[tuple[str, str]]:
    """Return what a remark may be about; of the cells only those that were picked."""
    found = dict(fields_of(definition, filed))
    return [
        *found.items(),
        *((path, words_of(definition, path, filed)) for path in picked if path not in (*found, WHOLE)),
    ]


def address(place: Place) -> str:
    """Return a step as the address writes it."""
    return f"{place.definition_key}:{place.element_id}"


def _place() -> Place:
    key, _, element_id = request.form.get("to", "").partition(":")
    if not element_id:
        raise InvalidInput("请选退回到哪一步。", code="return.not_a_target")
    return Place(key, element_id)


def _remarks() -> list[tuple[str, str]]:
    """Return what was written per field; a text without a field belongs to the whole form."""
    pairs = zip(request.form.getlist("path"), request.form.getlist("remark"), strict=False)
    return [(path.strip() or "*", text.strip()) for path, text in pairs if text.strip()]
