"""Register the place whose budget is managed: the first thing an empty installation needs."""

import re

from sqlalchemy import insert

from engine.access import Actor
from engine.errors import Conflict, InvalidInput
from engine.once import once
from engine.uow import UnitOfWork
from ledger.model.register import Jurisdiction

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
LONGEST_NAME = 60


def add(uow: UnitOfWork, code: str, name: str, *, by: Actor) -> int:
    """Register a jurisdiction and return its id. Its code is that of its policy pack, or any other code.

    Raises InvalidInput; Conflict (`jurisdiction.exists`).
    """
    code, name = code.strip().lower(), " ".join(name.split())
    if not CODE.fullmatch(code):
        raise InvalidInput(
            "地区代码应为 2–40 个小写字母、数字或连字符,如行政区划代码 370000;请改正。",
            code="jurisdiction.code",
        )
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(
            f"请写地区名称,最多 {LONGEST_NAME} 字,现在有 {len(name)} 字。", code="jurisdiction.name"
        )
    exists = Conflict(f"地区代码“{code}”已经登记过;请换一个代码。", code="jurisdiction.exists")
    made = insert(Jurisdiction).values(code=code, name=name).returning(Jurisdiction.id)
    with once(uow, {"uq_jurisdiction_code": exists}):
        number = uow.session.scalars(made).one()
    uow.audit("jurisdiction.add", by=by, subject=code, data={"name": name})
    return number
