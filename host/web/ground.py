"""Which jurisdiction a page of the administrators is about."""

from flask import request
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound
from engine.uow import UnitOfWork
from host.web.context import acting_now
from ledger.model.register import Jurisdiction, Organisation


def ground(uow: UnitOfWork) -> int:
    """Return the jurisdiction this is about: one's own; an administrator chooses (`?place=`), or it is the first."""
    own = acting_now().jurisdiction_id
    if own is not None:
        return own
    chosen = request.values.get("place", type=int)
    wanted = select(Jurisdiction.id).order_by(Jurisdiction.id != (chosen or 0), Jurisdiction.id)
    found = uow.session.scalar(wanted.limit(1))
    if found is None:
        raise NotFound(
            "还没有登记地区;请系统管理员打开“管理 → 从 Excel 导入”,先登记地区,再导入单位和人员。",
            code="jurisdiction.none",
        )
    return found


def within() -> frozenset[int] | None:
    """Return the organisations whose register one sees; None for all of the jurisdiction, or for an administrator."""
    return acting_now().scope.organisations if acting_now().jurisdiction_id else None


def require_seen(organisation_id: int) -> None:
    """Raise NotAllowed (`organisation.not_yours`) for an organisation whose register one does not see."""
    walls = within()
    if walls is not None and organisation_id not in walls:
        raise NotAllowed("只能查看本单位的名册;需要时请联系系统管理员。", code="organisation.not_yours")


def ground_about(uow: UnitOfWork, organisation_id: int | None) -> int:
    """Return the jurisdiction in which an organisation, or none in particular, is looked at. Raises NotFound."""
    if organisation_id and acting_now().jurisdiction_id is None:
        return ground_of(uow, organisation_id)
    return ground(uow)


def ground_of(uow: UnitOfWork, organisation_id: int) -> int:
    """Return the jurisdiction of an organisation. Raises NotFound."""
    found = uow.session.scalar(select(Organisation.jurisdiction_id).where(Organisation.id == organisation_id))
    if found is None:
        raise NotFound("找不到这个单位;请从名册里选择。", code="organisation.not_found")
    return found
