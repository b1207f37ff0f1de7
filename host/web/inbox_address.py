"""What the address of the inbox says: view, filters, page; and how to come back to it."""

from typing import Any, get_args
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ledger.narrowing import MOST, State, View, Wanted

LONGEST_TEXT = 60
LAST_PAGE = MOST // 50
NAMES = ("view", "q", "stage", "unit", "year", "state", "page")


def wanted_in(asked: MultiDict[str, str]) -> Wanted:
    """Return what an address asks for; what makes no sense is left out."""
    view: View = next((one for one in get_args(View) if one == asked.get("view")), "all")
    state: State = next((one for one in get_args(State) if one == asked.get("state")), "")
    page = asked.get("page", 1, type=int) or 1
    return Wanted(
        view,
        _text(asked, "q"),
        _text(asked, "stage"),
        _text(asked, "unit"),
        asked.get("year", None, type=int),
        state,
        max(1, min(page, LAST_PAGE)),
    )


def _text(asked: MultiDict[str, str], name: str) -> str:
    return asked.get(name, "").strip()[:LONGEST_TEXT]


def address_of(wanted: Wanted) -> dict[str, Any]:
    """Return the parts of the address that are not as always."""
    parts = {
        "view": wanted.view if wanted.view != "all" else None,
        "q": wanted.text or None,
        "stage": wanted.stage or None,
        "unit": wanted.unit or None,
        "year": wanted.year,
        "state": wanted.state or None,
        "page": wanted.page if wanted.page > 1 else None,
    }
    return {name: value for name, value in parts.items() if value is not None}


def kept() -> dict[str, Any]:
    """Return the same of this request, so that people come back to where they were."""
    return address_of(wanted_in(request.args))


def to_inbox(**further: Any) -> Response:
    """Lead back to the list as it was."""
    return redirect(url_for("inbox", **kept(), **further), 303)


def finished(task_id: UUID) -> Response:
    """Lead on to the next task, with the offer to take this one back."""
    return to_inbox(done=task_id, at=request.args.get("next", None, type=UUID))


def after(did: str, task_id: UUID, *, stay: bool = False) -> Response:
    """Lead back to the list, saying what was done to which task. stay: keep it chosen, else go on to the next one."""
    next_id = request.args.get("next", None, type=UUID)
    place = {"task": task_id} if stay else {"at": next_id} if next_id else {}
    return to_inbox(did=did, of=task_id, **place)
