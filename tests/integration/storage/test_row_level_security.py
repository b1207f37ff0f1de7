"""Nobody sees or writes a row of another jurisdiction or office, through any table."""

from collections.abc import Iterator

import pytest
from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from engine.clock import VirtualClock
from engine.scope import EVERYWHERE, Scope
from engine.storage.database import Database
from engine.storage.roles import APP, SYSTEM
from engine.uow import UnitOfWork, unit_of_work
from host.composition import Bihuan
from tests.integration.storage.walled_rows import (
    ABROAD,
    AGENCY,
    DIRECTORY,
    EXEMPT,
    NEIGHBOURS,
    OF_THE_BUREAU,
    OURS,
    STRANGER,
    SYSTEM_ONLY,
    Place,
    bound_tables,
    fill,
    row,
)
from tests.template import import_models

import_models()
TABLES = pytest.mark.parametrize("table", bound_tables(), ids=lambda table: table.name)
WHOLE = Scope(OURS.jurisdiction_id)
NEW = 77
REFUSED = r"row-level security|permission denied"


def narrow(*organisations: int) -> Scope:
    return Scope(OURS.jurisdiction_id, frozenset(organisations))


@pytest.fixture(scope="module")
def database(server: Database, template: str) -> Iterator[Database]:
    """A database with a row in every table for two offices of one jurisdiction and one of another."""
    fresh = server.create_database(template=template)
    fill(fresh)
    yield fresh
    fresh.close()


def seen(bihuan: Bihuan, table: Table, scope: Scope) -> int:
    with bihuan.unit_of_work(scope) as uow:
        return uow.session.execute(select(func.count()).select_from(table)).scalar_one()


def privileged(uow: UnitOfWork, table: Table, right: str) -> bool:
    asked = text("select has_table_privilege(current_user, :name, :right)")
    return bool(uow.session.scalar(asked, {"name": f"app.{table.name}", "right": right}))


def test_a_table_is_bound_or_listed_as_exempt_with_a_reason(bihuan: Bihuan) -> None:
    bound = text("""select relname, array_agg(polname::text order by polname) from pg_class
        join pg_policy on polrelid = pg_class.oid where relrowsecurity group by relname""")
    with bihuan.unit_of_work() as uow:
        policies = {name: set(found) for name, found in uow.session.execute(bound)}
        owned = text("""select count(*) from pg_class where relnamespace = 'app'::regnamespace
            and pg_has_role(:app, relowner, 'usage')""")
        assert uow.session.scalar(owned, {"app": APP}) == 0, "an owner would not be bound"

    for table in bound_tables():
        assert {"jurisdiction", "everywhere"} <= policies.get(table.name, set()), f"{table.name} is not bound"
        assert ("organisation" in policies[table.name]) == (table.name not in DIRECTORY), table.name
    assert not EXEMPT.keys() & policies.keys()
    assert all(policies.get(name) == {"everywhere"} for name in SYSTEM_ONLY)


@TABLES
def test_without_a_scope_nothing_is_seen(database: Database, clock: VirtualClock, table: Table) -> None:
    with unit_of_work(database, clock=clock) as uow:
        assert uow.session.execute(select(func.count()).select_from(table)).scalar_one() == 0


@TABLES
def test_rows_of_another_jurisdiction_are_invisible_and_unwritable(bihuan: Bihuan, table: Table) -> None:
    assert seen(bihuan, table, WHOLE) == 2
    assert seen(bihuan, table, Scope(ABROAD.jurisdiction_id)) == 1
    assert seen(bihuan, table, EVERYWHERE) == 3

    theirs = table.c.jurisdiction_id == ABROAD.jurisdiction_id
    with bihuan.unit_of_work(WHOLE) as uow:
        if privileged(uow, table, "update"):
            assert (
                uow.connection().execute(update(table).where(theirs).values(jurisdiction_id=1)).rowcount == 0
            )
        if privileged(uow, table, "delete"):
            assert uow.connection().execute(delete(table).where(theirs)).rowcount == 0


@TABLES
def test_a_row_cannot_be_moved_or_added_to_another_jurisdiction(bihuan: Bihuan, table: Table) -> None:
    with pytest.raises(ProgrammingError, match=REFUSED), bihuan.unit_of_work(WHOLE) as uow:
        uow.connection().execute(update(table).values(jurisdiction_id=ABROAD.jurisdiction_id))
    with pytest.raises(ProgrammingError, match=REFUSED), bihuan.unit_of_work(WHOLE) as uow:
        uow.session.execute(insert(table).values(row(table, ABROAD, NEW)))


@TABLES
@pytest.mark.parametrize(
    ("office", "expected"),
    [(OURS.organisation_id, 1), (NEIGHBOURS.organisation_id, 1), (AGENCY, 1), (STRANGER, 0)],
)
def test_an_office_sees_its_own_rows_and_those_of_instances_it_is_party_to(
    bihuan: Bihuan, table: Table, office: int, expected: int
) -> None:
    if table.name in DIRECTORY:
        expected = 2
    if table.name in OF_THE_BUREAU:
        expected = 0

    assert seen(bihuan, table, narrow(office)) == expected


def _key_of(table: Table, place: Place) -> ColumnElement[bool]:
    made = row(table, place)
    return and_(*(column == made[column.name] for column in table.primary_key))


@TABLES
def test_an_office_writes_nothing_of_its_neighbours(bihuan: Bihuan, table: Table) -> None:
    if table.name in DIRECTORY:
        return
    theirs = table.c.id == row(table, NEIGHBOURS)["id"] if "id" in table.c else _key_of(table, NEIGHBOURS)
    scope = narrow(OURS.organisation_id)

    with bihuan.unit_of_work(scope) as uow:
        if privileged(uow, table, "delete"):
            assert uow.connection().execute(delete(table).where(theirs)).rowcount == 0
    with pytest.raises((ProgrammingError, IntegrityError), match=REFUSED), bihuan.unit_of_work(scope) as uow:
        uow.session.execute(insert(table).values(row(table, Place(2, 1, 12, (12,)), NEW)))


def test_several_offices_are_seen_together_and_no_office_sees_no_instance(bihuan: Bihuan) -> None:
    tasks = next(table for table in bound_tables() if table.name == "user_task")

    assert seen(bihuan, tasks, narrow(OURS.organisation_id, NEIGHBOURS.organisation_id)) == 2
    assert seen(bihuan, tasks, narrow()) == 0


def test_the_scope_is_gone_with_its_transaction(
    bihuan: Bihuan, database: Database, clock: VirtualClock
) -> None:
    count = text("select count(*) from app.user_task")
    for scope in (EVERYWHERE, WHOLE, narrow(OURS.organisation_id)):
        engine = database.system_engine if scope.is_everywhere else database.engine
        with engine.connect() as connection:
            with connection.begin():
                connection.exec_driver_sql(
                    "select set_config('role', %s, true), set_config('app.jurisdiction', %s, true), "
                    "set_config('app.organisations', %s, true)",
                    scope.settings(),
                )
                assert connection.scalar(count) > 0
            assert connection.scalar(text("select current_user")) == (SYSTEM if scope.is_everywhere else APP)
            if not scope.is_everywhere:
                assert connection.scalar(count) == 0


def test_a_savepoint_that_is_undone_leaves_the_scope(bihuan: Bihuan) -> None:
    count = text("select count(*) from app.user_task")
    with bihuan.unit_of_work(narrow(OURS.organisation_id)) as uow:
        with pytest.raises(ProgrammingError), uow.savepoint():
            uow.connection().exec_driver_sql("select 1 from app.no_such_table")

        assert uow.session.scalar(count) == 1


@pytest.mark.parametrize(("place", "seen_by_view"), [(OURS, True), (NEIGHBOURS, False), (ABROAD, False)])
def test_the_story_shows_only_what_its_reader_may_see(
    bihuan: Bihuan, database: Database, place: Place, seen_by_view: bool
) -> None:
    story = text("select count(*) from app.instance_history where instance_id = :id")
    with database.owner_engine.connect() as connection:
        assert (connection.scalar(story, {"id": place.uuid}) or 0) > 0

    with bihuan.unit_of_work(narrow(OURS.organisation_id)) as uow:
        assert bool(uow.session.scalar(story, {"id": place.uuid})) is seen_by_view
    with database.engine.connect() as connection:
        assert connection.scalar(story, {"id": place.uuid}) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "alter table app.user_task disable row level security",
        "drop policy jurisdiction on app.user_task",
        "create policy mine on app.user_task using (true)",
        "set local row_security = off; select count(*) from app.user_task",
        "alter role bihuan_app bypassrls",
        "set role bihuan_owner",
    ],
)
def test_the_application_cannot_get_round_it(bihuan: Bihuan, statement: str) -> None:
    with pytest.raises(ProgrammingError), bihuan.unit_of_work(WHOLE) as uow:
        uow.connection().exec_driver_sql(statement)


def test_a_row_hangs_on_its_parents_jurisdiction_when_the_system_writes_it(bihuan: Bihuan) -> None:
    timers = next(table for table in bound_tables() if table.name == "timer")
    new = row(timers, ABROAD, NEW)
    del new["jurisdiction_id"]

    with bihuan.unit_of_work() as uow:
        found = uow.session.scalar(insert(timers).values(new).returning(timers.c.jurisdiction_id))
        assert found == ABROAD.jurisdiction_id
        uow.session.rollback()
