"""A county with projects, another one beside it, and a system that calls."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text

from host.composition import Bihuan
from ledger.model.register import Jurisdiction, Organisation, Project
from tests.integration.engine.stage import BUREAU, UNIT
from tests.integration.webhooks_in.caller import Caller
from tests.web.serving import serve

SECRET = "s" * 40
ABROAD = 2
KEPT = {"track": "project", "central_transfer": False, "is_new": False, "specialised": False}


def project(number: int, code: str, place: int = 1, office: int = UNIT, **other: Any) -> dict[str, Any]:
    """Return a row of the register."""
    placed = {"id": number, "code": code, "jurisdiction_id": place, "organisation_id": office}
    return {**KEPT, **placed, "year": 2021, "name": f"项目{code}", "budget_amount": 100_000, **other}


@pytest.fixture
def county(bihuan: Bihuan) -> Flask:
    """The application; three projects here, one in another county; nobody has called."""
    with bihuan.unit_of_work() as uow:
        for table in ("project_payment", "inbound_call", "inbound_source"):
            uow.session.execute(text(f"delete from app.{table}"))  # names of ours
        if uow.session.scalar(text("select count(*) from app.jurisdiction")) == 0:
            places = [{"id": 1, "code": "riverside", "name": "河畔县"}]
            places.append({"id": ABROAD, "code": "hill", "name": "山前县"})
            uow.session.execute(insert(Jurisdiction), places)
            common = {"kind": "department", "valid_from": date(2020, 1, 1)}
            offices = [(BUREAU, 1, "CZJ"), (UNIT, 1, "D01"), (21, ABROAD, "D01")]
            rows = [{"id": i, "jurisdiction_id": j, "code": c, "name": c} | common for i, j, c in offices]
            uow.session.execute(insert(Organisation), rows)
            projects = [project(n, f"P{n}") for n in (1, 2, 3)]
            uow.session.execute(insert(Project), [*projects, project(9, "X9", ABROAD, 21)])
            uow.session.execute(text("select nextval('app.project_id_seq') from generate_series(1, 20)"))
    return serve(bihuan)


@pytest.fixture
def call(bihuan: Bihuan, county: Flask) -> Callable[..., Caller]:
    """Make a system that calls."""
    return lambda **other: Caller(bihuan, county, **other)


@pytest.fixture
def caller(call: Callable[..., Caller]) -> Caller:
    """A system that calls about this county."""
    return call()
