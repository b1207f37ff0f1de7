"""A ledger becomes organisations, people with roles and projects; or nothing at all."""

from collections import Counter
from decimal import Decimal
from time import perf_counter

import pytest
from sqlalchemy import func, select

from engine.errors import InvalidInput
from engine.uow import UnitOfWork
from ledger.county.generating import generate
from ledger.importing.errors import LedgerAlreadyImported
from ledger.importing.people import STAFF
from ledger.importing.reading import accept
from ledger.importing.register_import import Imported, import_ledger
from ledger.model.register import Jurisdiction, Organisation, Person, Project, RoleAssignment
from tests.unit.county.test_generating import POLICY
from tests.unit.importing.ledgers import evaluated, monitored


def imported(uow: UnitOfWork, year: int = 2021) -> Imported:
    return import_ledger(uow, accept(evaluated() if year == 2021 else monitored()), "county", "示例县", year)


def count(uow: UnitOfWork, table: type) -> int:
    return uow.session.scalar(select(func.count()).select_from(table)) or 0


def test_departments_become_organisations_under_the_government(uow: UnitOfWork) -> None:
    found = imported(uow)

    rows = uow.session.scalars(select(Organisation)).all()
    government = next(row for row in rows if row.kind == "government")
    assert {row.code for row in rows if row.kind == "department"} == {"001", "002"}
    assert {row.parent_id for row in rows if row.kind in ("department", "bureau")} == {government.id}
    assert {row.name for row in rows if row.kind == "agency"} == {"第三方评价机构", "机构甲"}
    assert found.agency_id("机构甲") != found.agency_id() == found.agency_id("无此机构")
    assert {row.valid_from.isoformat() for row in rows} == {"2020-01-01"}


def test_every_organisation_gets_people_for_its_roles(uow: UnitOfWork) -> None:
    found = imported(uow)

    held = select(Organisation.kind, RoleAssignment.role, RoleAssignment.person_id).join(
        Organisation, RoleAssignment.organisation_id == Organisation.id
    )
    roles = uow.session.execute(held).all()
    assert {kind: {role for k, role, _ in roles if k == kind} for kind in STAFF} == {
        kind: {role for role, _ in staff} for kind, staff in STAFF.items()
    }
    assert max(Counter(person for _, _, person in roles).values()) == 1  # preparer and signer differ
    assert found.people == count(uow, Person) == len(roles)


def test_projects_of_all_tracks_are_registered_in_yuan(uow: UnitOfWork) -> None:
    found = imported(uow, 2022)

    rows = {row.code: row for row in uow.session.scalars(select(Project))}
    assert set(rows) == set(found.projects) == {"P-1", "P-2", "DIR-1", "RUR-1", "PPP-1", "BND-1", "PRE-1"}
    assert rows["PRE-1"].budget_amount == Decimal("1000000.00") and rows["PRE-1"].is_new
    assert rows["RUR-1"].track == "rural" and rows["RUR-1"].name


def test_excluded_projects_are_marked_as_central_transfers(uow: UnitOfWork) -> None:
    imported(uow)

    central = uow.session.scalars(select(Project.code).where(Project.central_transfer)).all()
    assert central == ["T-1"]


def test_people_have_the_same_names_every_time(uow: UnitOfWork) -> None:
    import_ledger(uow, accept(evaluated()), "first", "甲县", 2021)
    import_ledger(uow, accept(evaluated()), "second", "乙县", 2021)

    by_jurisdiction = select(Person.name, Jurisdiction.code).join(
        Jurisdiction, Person.jurisdiction_id == Jurisdiction.id
    )
    names = uow.session.execute(by_jurisdiction.order_by(Person.id)).all()
    assert [name for name, code in names if code == "first"] == [
        name for name, code in names if code == "second"
    ]


def test_a_second_year_adds_projects_and_keeps_the_people(uow: UnitOfWork) -> None:
    first = imported(uow, 2021)
    second = imported(uow, 2022)

    assert second.jurisdiction_id == first.jurisdiction_id and second.people == 0
    assert second.organisations["001"] == first.organisations["001"]


def test_importing_the_same_year_twice_is_refused_and_changes_nothing(uow: UnitOfWork) -> None:
    imported(uow)
    before = [count(uow, table) for table in (Organisation, Person, Project)]

    with pytest.raises(LedgerAlreadyImported, match="2021 年度的项目 P-1 等 3 个"):
        imported(uow)

    assert [count(uow, table) for table in (Organisation, Person, Project)] == before


def test_a_ledger_of_another_year_is_refused(uow: UnitOfWork) -> None:
    with pytest.raises(InvalidInput, match="2021 年度的，而要导入的是 2022"):
        import_ledger(uow, accept(evaluated()), "county", "示例县", 2022)

    assert count(uow, Jurisdiction) == 0


@pytest.mark.slow
def test_a_county_of_a_thousand_projects_takes_seconds(uow: UnitOfWork) -> None:
    ledger = accept(generate(POLICY, 2021, 1_000, 1, "示例县"))

    started = perf_counter()
    found = import_ledger(uow, ledger, "county", "示例县", 2021)

    assert perf_counter() - started < 10  # 0.3 s on a quiet machine
    assert len(found.projects) > 1_500
