"""A county enlarged by copying is, row by row, the county that would have lived through its year."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from engine import tasks
from engine.access import Actor
from engine.clock import VirtualClock
from engine.errors import Conflict
from engine.sealing.sealer import seal
from engine.sealing.verifying import verify, witnessed
from engine.storage.database import Database
from host.composition import Bihuan
from host.enlarging.enlarge import enlarge, writers
from host.enlarging.rewriting import IDENTIFIER, PERSONS, Copy, Originals, copied
from host.enlarging.rows import rows_of_units, tables
from host.migrations.running import migrate
from host.settings import Settings
from host.simulation.simulate import Order, Simulation
from ledger.importing.reading import accept
from tests.simulation.orders import EVALUATED, TRACKS, Ledger, generated, shawan

STOPPED = datetime(2022, 2, 9, 2, 5, tzinfo=UTC)
LISTS = ("projects", "excluded", *TRACKS)
LISTENER = """
insert into app.webhook_endpoint (jurisdiction_id, name, address, event_types, secret, created_at)
select id, 'x', 'https://example.test/', '{*}', 'x', now() from app.jurisdiction
"""
LABELS = {
    "organisation": "select id, code from app.organisation",
    "person": """select p.id, o.code || '/' || row_number() over (partition by o.code order by p.id)
                   from app.person p join app.organisation o on o.id = p.organisation_id""",
    "project": "select id, code from app.project",
    "instance": "select id, business_key from app.process_instance",
    "task": """select t.id, concat_ws('/', i.business_key, t.element_id, t.round,
                      row_number() over (partition by t.instance_id, t.element_id, t.round order by t.created_at))
                 from app.user_task t join app.process_instance i on i.id = t.instance_id""",
}


def doubled(ledger: Ledger) -> Ledger:
    """Return the ledger with every department and its projects twice, the second time under other codes."""
    made = deepcopy(ledger)
    for row in ledger["departments"]:
        made["departments"].append(row | {"code": copied(row["code"], 2)})
    for name in LISTS:
        for row in ledger.get(name) or ():
            made[name].append(row | {"id": copied(row["id"], 2), "dept": copied(row["dept"], 2)})
    return made


def lived(server: Database, folder: Path, ledger: Ledger) -> Database:
    """Let a county live until six days before self-evaluations are due."""
    database = server.create_database()
    migrate(database)
    order = Order(accept(ledger, year=EVALUATED), shawan(EVALUATED), until=STOPPED)
    Simulation(order).live(Settings.read({"BIHUAN_DATA_DIR": str(folder)}), database, lambda *_: None)
    return database


@contextmanager
def connected(database: Database) -> Iterator[Connection]:
    with database.owner_engine.connect() as connection:
        yield connection


def labelled(database: Database) -> dict[str, Counter[str]]:
    """Return the units' rows of every table, with codes in place of numbers that depend on when a row was written.

    What people are called depends on the code of their department, so all are called the same.
    """
    with connected(database) as connection:
        labels = {
            name: {str(key): str(label) for key, label in connection.execute(text(query))}
            for name, query in LABELS.items()
        }
        names = re.compile(
            "|".join(connection.scalars(text("select distinct name from app.person order by 1 desc")))
        )
        found: dict[str, Counter[str]] = {}
        for part in rows_of_units(tables(connection)):
            rows = connection.execute(text(f"select * from {part.name} where {part.where}")).mappings()
            found[part.table.name] = Counter(
                names.sub("somebody", _labelled(dict(row), labels)) for row in rows
            )
    return found


def _labelled(row: dict[str, Any], labels: dict[str, dict[str, str]]) -> str:
    if isinstance(row.get("id"), int):
        del row["id"]
    row.pop("rung_id", None)
    for column, value in row.items():
        if value is None:
            continue
        if column in ("organisation_id", "parent_id"):
            row[column] = labels["organisation"][str(value)]
        elif column == "project_id" or (column == "subject_id" and row["subject_kind"] == "project"):
            row[column] = labels["project"][str(value)]
        elif column == "subject_id" and row["subject_kind"] == "organisation":
            row[column] = labels["organisation"][str(value)]
        elif column in ("party_ids", "parties"):
            ids = value if column == "party_ids" else value.values()
            row[column] = sorted(labels["organisation"][str(one)] for one in ids)
        elif PERSONS.fullmatch(column):
            row[column] = labels["person"][str(value)]
    told = json.dumps(row, default=str, sort_keys=True, ensure_ascii=False)
    told = re.sub(r'(?<="organisation_id": )\d+', lambda one: labels["organisation"][one[0]], told)
    return IDENTIFIER.sub(lambda one: _name_of(one[0], labels), told)


def _name_of(found: str, labels: dict[str, dict[str, str]]) -> str:
    plain = found.replace("-", "")
    dashed = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return labels["task"].get(dashed) or labels["instance"].get(dashed) or "token"


@pytest.fixture(scope="module")
def small() -> Ledger:
    """A county of a dozen projects; without bonds, where a fixed number of units is chosen from all of them."""
    made = generated(shawan(EVALUATED), 12, seed=5)
    return {key: value for key, value in made.items() if not key.startswith("bond")}


@pytest.fixture(scope="module")
def enlarged(server: Database, server_folder: Path, small: Ledger) -> Iterator[Database]:
    """The county after it was enlarged."""
    database = lived(server, server_folder, small)
    with database.owner_engine.begin() as connection:
        connection.execute(text(LISTENER))
    assert enlarge(database, 2, lambda *_: None) > 1000
    yield database
    database.close()
    server.drop_database(database.name)


def test_every_table_and_column_knows_how_it_is_copied(bihuan: Bihuan) -> None:
    copy = Copy(2, Originals({}, {}, frozenset(), {}))
    with connected(bihuan.database) as connection:
        for part in rows_of_units(tables(connection)):
            assert len(writers(part, copy)) == len(part.columns)


@pytest.mark.slow
def test_an_enlarged_county_equals_one_that_lived_with_as_many_units(
    server: Database, server_folder: Path, small: Ledger, enlarged: Database
) -> None:
    simulated = lived(server, server_folder, doubled(small))
    expected, found = labelled(simulated), labelled(enlarged)
    simulated.close()
    server.drop_database(simulated.name)

    assert sum(map(len, expected.values())) > 1000
    for table in expected:
        less, more = expected[table] - found[table], found[table] - expected[table]
        assert not less, f"{table}: {sorted(less)[:3]} against {sorted(more)[:3]}"
        assert not more, f"{table}: {sorted(more)[:3]}"


@pytest.mark.slow
def test_copies_live_on_and_the_audit_is_whole(enlarged: Database, server_folder: Path) -> None:
    settings = Settings.read({"BIHUAN_DATA_DIR": str(server_folder)})
    with Bihuan(settings, clock=VirtualClock(STOPPED), database=enlarged.sibling(enlarged.name)) as bihuan:
        with bihuan.unit_of_work() as uow:
            task = uow.session.execute(
                text("""
                select t.id, t.role, t.organisation_id, p.id as person_id, p.name from app.user_task t
                  join app.organisation o on o.id = t.organisation_id and o.code like '%~2'
                  join app.person p on p.organisation_id = o.id
                  join app.role_assignment r on r.person_id = p.id and r.role = t.role
                 where t.status = 'open' and t.assignee_id is null order by t.id limit 1
                """)
            ).one()
            person = Actor(task.person_id, task.name, frozenset({(task.role, task.organisation_id)}))
            tasks.claim(uow, task.id, by=person)
        with bihuan.unit_of_work() as uow:
            assert seal(uow)
            seen = witnessed(uow.session)
        with bihuan.unit_of_work() as uow:
            assert verify(uow, seals_seen=seen).is_whole

    with connected(enlarged) as connection:
        told = "select event.type from app.webhook_delivery join app.event on event.id = event_id"
        assert list(connection.scalars(text(told))) == ["task.claimed"], (
            "copies tell nobody, what follows does"
        )
    with pytest.raises(Conflict):
        enlarge(enlarged, 2, lambda *_: None)
