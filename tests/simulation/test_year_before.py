"""The year before of a county: every project that is not new has said something then, in rows of a finished year."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from engine.model.instances import ProcessInstance
from engine.storage.database import Database
from engine.uow import UnitOfWork
from engine.whereabouts import whereabouts
from host.composition import Bihuan
from host.demo.year_before import leave
from host.settings import Settings
from ledger.last_year import rows_of_last_year
from ledger.model.filings_self_evaluation import SelfEvaluation
from ledger.model.register import Project
from ledger.place import Place
from tests.simulation.conftest import LivedYear

pytestmark = pytest.mark.slow


@pytest.fixture
def lived(server: Database, base: LivedYear) -> Iterator[UnitOfWork]:
    database = server.create_database(template=base.database)
    with Bihuan(Settings.read({}), database=database) as bihuan, bihuan.unit_of_work() as uow:
        yield uow
    server.drop_database(database.name)


def test_it_stands_beside_this_years_form_and_is_left_once(lived: UnitOfWork) -> None:
    session = lived.session
    old = Project.is_new.is_(False) & (Project.track == "project")
    projects = session.scalars(select(Project).where(old)).all()
    year = projects[0].year

    leave(lived, projects[0].jurisdiction_id, year)
    leave(lived, projects[0].jurisdiction_id, year)

    before = session.scalars(select(SelfEvaluation).where(SelfEvaluation.year == year - 1)).all()
    now = select(SelfEvaluation).where(SelfEvaluation.year == year)
    told = {one.project_id for one in session.scalars(now)} & {one.id for one in projects}
    assert len(before) == len(told) > 5
    there = session.scalar(select(func.count(Project.id)).where(Project.year == year - 1))
    assert there == len(projects)
    assert all(60 < one.self_score <= 100 and one.weight_total == 90 for one in before)
    for form in ("self_evaluation", "target_filing"):
        one = next(one for one in projects if one.id in told)
        place = Place(before[0].instance_id, "project", one.id, one.jurisdiction_id, year)
        assert len(rows_of_last_year(session, place, form)[1]) > 3, form


def test_where_it_stands_can_be_looked_at(lived: UnitOfWork) -> None:
    place = lived.session.scalars(select(Project).limit(1)).one()
    leave(lived, place.jurisdiction_id, place.year)
    of_year = ProcessInstance.business_key.contains(f"/{place.year - 1}/self_evaluation/")

    found = whereabouts(
        lived, lived.session.scalars(select(ProcessInstance.id).where(of_year).limit(1)).one()
    )

    assert found.instance.status == "completed" and not found.live
