"""What a form page sends as answers to remarks: `answer.12.0` and its tick `answer.12.0.done`."""

import re
from uuid import UUID

from werkzeug.datastructures import MultiDict

from engine import answering
from engine.access import Actor
from engine.answering import Answer
from engine.uow import UnitOfWork
from host.filing import FINANCE, Desk
from host.web.form.seat import Seat
from host.web.round.told import spot_of
from host.web.round.view import Compared, RemarkView

KEY = re.compile(r"answer\.(\d{1,18})\.(\d{1,3})")


def answers_in(sent: MultiDict[str, str]) -> list[Answer]:
    """Return the answers of a sent form; a remark whose text field was not sent is left alone."""
    found = [(one, KEY.fullmatch(one)) for one in sent]
    return [
        Answer(int(key[1]), int(key[2]), sent.get(name, ""), bool(sent.get(f"{name}.done")))
        for name, key in found
        if key
    ]


def keep(uow: UnitOfWork, task_id: UUID, seat: Seat, sent: MultiDict[str, str], *, by: Actor) -> None:
    """Keep the answers that came with a form. Raises as `answering.keep`."""
    role = FINANCE if seat.part == FINANCE else None
    answering.keep(uow, task_id, answers_in(sent), by=by, role=role)


def own(desk: Desk, seat: Seat, round_: Compared | None) -> frozenset[str]:
    """Return the keys of the remarks that somebody answers: those on his part; on the whole form, the holder's."""
    if round_ is None:
        return frozenset()
    return frozenset(one.key for one in round_.remarks if _is_own(desk, seat, one))


def _is_own(desk: Desk, seat: Seat, one: RemarkView) -> bool:
    spot = spot_of(desk.definition, one.path)
    at_money = spot is not None and spot.field.name in desk.finance
    return at_money == (seat.part == FINANCE)
