"""The year map of 4,000 projects in twelve stages at the server, under row-level security."""

from collections.abc import Mapping
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text, update

from engine import campaigns
from engine.campaigns import Plan
from engine.model.base import table_of
from engine.model.campaigns import Campaign
from host.bench import diagrams
from host.bench.ground import BUREAU, JURISDICTION, NOW, Ground, ground
from host.bench.inbox import FIRST_REVIEWER, FIRST_UNIT, UNITS, register, signed_in
from host.bench.measure import Figures, Measure, Say
from ledger.yearmap.plan import LOOP

YEAR, PROJECTS, ROUNDS = 2021, 4_000, 30
STAGES = (*LOOP, "whole_target", "track_target")
RUNNING = "self_evaluation"

# Three quarters of the running stage are handed in, spread over forty days; one in fifty of its tasks is overdue.
PROJECT_ROWS = """
insert into app.project (jurisdiction_id, organisation_id, year, track, code, name, central_transfer, is_new, specialised, budget_amount)
select :jurisdiction, :first_unit + n % :units, :year, 'project', 'P' || n, '道路养护 ' || n, n % 9 = 0, false, false, 100000
  from generate_series(1, :projects) n
"""
INSTANCES = """
insert into app.process_instance (id, jurisdiction_id, organisation_id, business_key, title, definition_key, bundle_hash, parameter_hash,
    campaign_id, stage, subject_kind, subject_id, subject_code, parties, party_ids, status, image, waits, revision, completed_tasks, started_at)
select gen_random_uuid(), :jurisdiction, organisation_id, 'bench/' || cast(:stage as text) || id, name, :key, :bundle, :parameters, :campaign,
    :stage, 'project', id, code, '{}', array[organisation_id, :bureau], case when :running then 'active' else 'completed' end,
    repeat(md5(code), 40), '{}', 1, case when :running and id % 4 = 0 then 0 else 1 end, :now
  from app.project
"""
MEMBERS = """
insert into app.campaign_subject (jurisdiction_id, campaign_id, process_key, subject_kind, subject_id, subject_code, organisation_id, title,
    data, status, instance_id)
select :jurisdiction, :campaign, :key, 'project', one.id, one.code, one.organisation_id, one.name,
    jsonb_build_object('track', 'project', 'central_transfer', one.central_transfer, 'amount', 100000, 'sampled', false),
    case when :running then 'started' else 'completed' end, instance.id
  from app.project one join app.process_instance instance on instance.subject_id = one.id and instance.campaign_id = :campaign
"""
TASKS = """
insert into app.user_task (id, instance_id, jurisdiction_id, organisation_id, campaign_id, stage, definition_key, element_id, name, role, form_key,
    round, status, created_at, due_at)
select gen_random_uuid(), id, :jurisdiction, organisation_id, campaign_id, stage, :key, 'task_1', '填报自评表', 'preparer', 'signature', 1, 'open',
    :now, :now + make_interval(days => case when subject_id % 50 = 0 then -3 else 10 end)
  from app.process_instance where campaign_id = :campaign
"""
FORMS = """
insert into app.submission (task_id, instance_id, jurisdiction_id, form_key, form_version, "values", warnings, actor_name, submitted_at)
select gen_random_uuid(), id, :jurisdiction, 'signature', '1', '{}', '[]', '张三', :now - make_interval(days => cast(subject_id % 40 as int))
  from app.process_instance where campaign_id = :campaign and completed_tasks > 0
"""


def run(say: Say) -> Figures:
    """Fill a database and open the map as somebody at the bureau."""
    with ground() as here:
        fill(here)
        client = signed_in(here, FIRST_REVIEWER + 1)
        taken = median([_milliseconds(client) for _ in range(ROUNDS)][ROUNDS // 6 :])
        say(f"{PROJECTS:,} 个项目,{len(STAGES)} 个环节:{taken:.1f} 毫秒")
    return {"year_map_ms": round(taken, 1)}


def fill(here: Ground) -> None:
    """Make the register, the stages and their members."""
    key = diagrams.LINE
    values: Mapping[str, Any] = {
        "jurisdiction": JURISDICTION, "year": YEAR, "projects": PROJECTS, "first_unit": FIRST_UNIT, "units": UNITS, "key": key,
        "bundle": here.bundles[key], "parameters": here.parameters.hash, "bureau": BUREAU, "now": NOW,
    }  # fmt: skip
    plans = [
        Plan(stage, 1, NOW - timedelta(days=60), NOW + timedelta(days=10), NOW + timedelta(days=60))
        for stage in STAGES
    ]
    with here.bihuan.unit_of_work() as uow:
        execute = uow.session.execute
        register(execute)
        planned = campaigns.plan(
            uow,
            plans,
            jurisdiction_id=JURISDICTION,
            year=YEAR,
            parameter_hash=here.parameters.hash,
            parties={},
        )
        execute(text(PROJECT_ROWS), values)
        for (stage, _), campaign_id in planned.items():
            running = stage == RUNNING
            part = {**values, "stage": stage, "campaign": campaign_id, "running": running}
            status = {"status": "open" if running else "closed", "opened_at": NOW}
            execute(update(table_of(Campaign)).where(Campaign.id == campaign_id).values(**status))
            for statement in (INSTANCES, MEMBERS, *((TASKS, FORMS) if running else ())):
                execute(text(statement), part)
    with here.bihuan.database.owner_engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("analyze")


def _milliseconds(client: FlaskClient) -> float:
    begun = perf_counter()
    answer = client.get(f"/year/{YEAR}")
    taken = perf_counter() - begun
    if answer.status_code != 200 or "3,000" not in answer.text:
        raise RuntimeError(f"expected the map of {PROJECTS} projects, found {answer.status_code}")
    return taken * 1000


YEARMAP = Measure({"year_map_ms": "≤ 100"}, run)
