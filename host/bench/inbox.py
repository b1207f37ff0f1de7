"""The inbox before a million open tasks: what a page takes at the server, under row-level security, and on the wire."""

import re
from collections.abc import Mapping
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, text

from engine.model.base import table_of
from host.accounts import making, sessions
from host.bench import diagrams
from host.bench.ground import BUREAU, JURISDICTION, NOW, Ground, ground
from host.bench.measure import Figures, Measure, Say
from host.web.application import create_app
from host.web.context import COOKIE
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment

TASKS, PER_INSTANCE, UNITS = 1_000_000, 5, 200
PART = 100_000
REVIEWERS, FILERS = 50, 5
FIRST_UNIT, FIRST_REVIEWER, FIRST_FILER = 100, 1_000, 10_000
ROUNDS = 30
LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')

# Two fifths lie with the units, the rest with the bureau; every other one is unclaimed. Dues spread over four months.
INSTANCES = """
insert into app.process_instance (id, jurisdiction_id, organisation_id, business_key, title, definition_key,
    bundle_hash, parameter_hash, stage, subject_kind, subject_id, subject_code, parties, party_ids, status, image,
    waits, revision, completed_tasks, started_at)
select gen_random_uuid(), :jurisdiction, unit, 'bench/' || n, '道路养护 ' || n, :key, :bundle, :parameters, 'work',
    'unit', unit, 'P' || n, '{}', array[unit, :bureau], 'active', '', '{}', 1, 0, :now
  from (select n, :first_unit + n % :units as unit from generate_series(cast(:first as bigint), :last) n) made
"""
TASK_ROWS = """
insert into app.user_task (id, instance_id, jurisdiction_id, organisation_id, stage, definition_key, element_id, name,
    role, form_key, round, status, assignee_id, assignee_name, claimed_at, created_at, due_at)
select gen_random_uuid(), instance, :jurisdiction, place, 'work', :key, 'task_1', '审核自评表', role, 'signature', 1, 'open',
    person, case when person is not null then '张三' end, case when person is not null then :now end, :now,
    :now + make_interval(days => (hashint4(number) & 127) - 5)
  from (
    select instance.id as instance, number,
        case when k < 2 then instance.organisation_id else :bureau end as place,
        case when k < 2 then 'preparer' else 'section' end as role,
        case when number % 2 = 0 then null
             when k < 2 then :first_filer + (instance.organisation_id - :first_unit) * :filers + number % :filers
             else :first_reviewer + number % :reviewers end as person
      from (select id, organisation_id, substr(business_key, 7)::int as n from app.process_instance
             where substr(business_key, 7)::int between :first and :last) instance
     cross join lateral (select k, instance.n * 5 + k as number from generate_series(0, 4) k) parts
  ) made
"""


def run(say: Say) -> Figures:
    """Fill a database, open the inbox of somebody at the bureau and of somebody in a unit; the slower one counts."""
    with ground() as here:
        begun = perf_counter()
        fill(here)
        say(f"{TASKS:,} 项待办,{perf_counter() - begun:.0f} 秒")
        taken = {}
        for person_id in (FIRST_REVIEWER + 1, FIRST_FILER + 1):
            client = signed_in(here, person_id)
            taken[person_id] = median([_milliseconds(client) for _ in range(ROUNDS)][ROUNDS // 6 :])
        say(f"财政局 {taken[FIRST_REVIEWER + 1]:.1f} 毫秒,单位 {taken[FIRST_FILER + 1]:.1f} 毫秒")
        kilobytes = first_load(client) / 1024
    return {"inbox_ms": round(max(taken.values()), 1), "inbox_kb": round(kilobytes, 1)}


def fill(here: Ground, tasks: int = TASKS) -> None:
    """Make the county's register and its open tasks, in parts."""
    key = diagrams.LINE
    values: Mapping[str, Any] = {
        "jurisdiction": JURISDICTION, "key": key, "bundle": here.bundles[key], "parameters": here.parameters.hash,
        "bureau": BUREAU, "first_unit": FIRST_UNIT, "units": UNITS, "first_filer": FIRST_FILER, "filers": FILERS,
        "first_reviewer": FIRST_REVIEWER, "reviewers": REVIEWERS, "now": NOW,
    }  # fmt: skip
    with here.bihuan.unit_of_work() as uow:
        register(uow.session.execute)
    for first in range(0, tasks // PER_INSTANCE, PART // PER_INSTANCE):
        part = {
            **values,
            "first": first,
            "last": min(first + PART // PER_INSTANCE, tasks // PER_INSTANCE) - 1,
        }
        with here.bihuan.unit_of_work() as uow:
            uow.session.execute(text(INSTANCES), part)
            uow.session.execute(text(TASK_ROWS), part)
    with here.bihuan.database.owner_engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.exec_driver_sql("analyze")


def register(execute: Any) -> None:
    """Enter the county: a bureau with reviewers, units with filers."""
    begun = date(2020, 1, 1)
    units = range(FIRST_UNIT, FIRST_UNIT + UNITS)
    execute(insert(table_of(Jurisdiction)), [{"id": JURISDICTION, "code": "bench", "name": "测量县"}])
    offices = [(BUREAU, "bureau"), *((unit, "department") for unit in units)]
    execute(insert(table_of(Organisation)), [
        {"id": one, "jurisdiction_id": JURISDICTION, "code": str(one), "name": f"单位{one}", "kind": kind, "valid_from": begun}
        for one, kind in offices
    ])  # fmt: skip
    people = [(FIRST_REVIEWER + number, BUREAU, "section") for number in range(REVIEWERS)]
    people += [
        (FIRST_FILER + at * FILERS + number, unit, "preparer")
        for at, unit in enumerate(units)
        for number in range(FILERS)
    ]
    execute(insert(table_of(Person)), [
        {"id": one, "jurisdiction_id": JURISDICTION, "organisation_id": place, "name": f"人{one}"} for one, place, _ in people
    ])  # fmt: skip
    execute(insert(table_of(RoleAssignment)), [
        {"id": one, "person_id": one, "role": role, "organisation_id": place, "valid_from": begun, "jurisdiction_id": JURISDICTION}
        for one, place, role in people
    ])  # fmt: skip


def signed_in(here: Ground, person_id: int) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = create_app(here.bihuan, secret="s" * 40).test_client()
    with here.bihuan.unit_of_work() as uow:
        account_id = making.make(uow, f"p{person_id}", "张三", "a long password", person_id=person_id)
        client.set_cookie(COOKIE, sessions.begin(uow, account_id))
    return client


def _milliseconds(client: FlaskClient) -> float:
    begun = perf_counter()
    answer = client.get("/inbox")
    taken = perf_counter() - begun
    if answer.status_code != 200 or "审核自评表" not in answer.text:
        raise RuntimeError(f"expected an inbox with tasks, found {answer.status_code}")
    return taken * 1000


def first_load(client: FlaskClient) -> int:
    """Return the bytes on the wire of an inbox and of everything it links to, for a browser that has nothing yet."""
    page = client.get("/inbox").text
    addresses = ["/inbox", *sorted(set(LINKED.findall(page)))]
    total = 0
    for one in addresses:
        with client.get(one, headers={"Accept-Encoding": "gzip"}) as answer:
            total += len(answer.data)
    return total


INBOX = Measure({"inbox_ms": "≤ 25", "inbox_kb": "≤ 150"}, run)
