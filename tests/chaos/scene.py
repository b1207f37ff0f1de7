"""What goes on while things are killed: timers, forms, messages, reminders, launches; enough of each, spread over time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from engine import campaigns, definitions, instances
from engine.access import SYSTEM, Actor
from engine.calendar.local_time import SHANGHAI
from engine.launching import Subject
from engine.parameters import Parameters, parameters
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.diagrams import REVIEW, diagram, flow
from tests.integration.engine.stage import BODY, BUREAU, UNIT, order

BATCH = 100
UNTIL = """
    <bpmn:intermediateCatchEvent id="until"><bpmn:timerEventDefinition id="until_timer">
      <bpmn:timeDate xsi:type="bpmn:tFormalExpression">opens_at</bpmn:timeDate>
    </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"""
BEGIN, DONE = '<bpmn:startEvent id="begin"/>', '<bpmn:endEvent id="done"/>'
LATER = diagram(
    "later",
    BEGIN
    + UNTIL
    + '<bpmn:serviceTask id="post" name="记账" bihuan:operation="post"/>'
    + '<bpmn:userTask id="keep" name="留存" bihuan:form="signature" bihuan:due="dates.review.due"'
    + ' bihuan:ladder="standard"/>'
    + DONE
    + flow("begin", "until")
    + flow("until", "post")
    + flow("post", "keep")
    + flow("keep", "done"),
    unit="begin until post keep done",
)
TELLING = diagram(
    "telling",
    BEGIN
    + UNTIL
    + """
    <bpmn:intermediateThrowEvent id="tell" bihuan:correlation="subject_code">
      <bpmn:messageEventDefinition id="tell_message" messageRef="score"/>
    </bpmn:intermediateThrowEvent>"""
    + DONE
    + flow("begin", "until")
    + flow("until", "tell")
    + flow("tell", "done"),
    unit="begin until tell done",
    messages='<bpmn:message id="score" name="upper_score"/>',
)
HEARING = diagram(
    "hearing",
    BEGIN
    + """
    <bpmn:intermediateCatchEvent id="told" bihuan:correlation="subject_code">
      <bpmn:messageEventDefinition id="told_message" messageRef="score"/></bpmn:intermediateCatchEvent>
    <bpmn:userTask id="keep" name="留存" bihuan:form="signature"/>"""
    + DONE
    + flow("begin", "told")
    + flow("told", "keep")
    + flow("keep", "done"),
    unit="begin told keep done",
    messages='<bpmn:message id="score" name="upper_score"/>',
)
MEMBER = diagram(
    "member",
    BEGIN
    + '<bpmn:userTask id="keep" name="留存" bihuan:form="signature"/>'
    + DONE
    + flow("begin", "keep")
    + flow("keep", "done"),
    unit="begin keep done",
)


@dataclass(frozen=True)
class Scale:
    """How much happens, in how many seconds, and how much of it is disturbed."""

    timers: int = 5_000
    tasks: int = 5_000
    messages: int = 300
    members: int = 500
    kills: int = 300
    restarts: int = 5
    seconds: int = 300
    frozen_seconds: int = 60
    workers: int = 2
    clients: int = 4


SMALL = Scale(
    timers=300,
    tasks=300,
    messages=30,
    members=60,
    kills=25,
    restarts=1,
    seconds=25,
    frozen_seconds=12,
)


def people(number: int) -> tuple[Actor, Actor]:
    """Return the preparer and the reviewer whom a client speaks for."""
    return (
        Actor(1000 + number, f"填报员{number}", frozenset({("preparer", UNIT)})),
        Actor(2000 + number, f"审核员{number}", frozenset({("section", BUREAU)})),
    )


def roles_of(person_id: int) -> Collection[tuple[str, int]]:
    """Return the roles of somebody a client speaks for."""
    preparer, reviewer = people(person_id % 1000)
    return preparer.roles if person_id < 2000 else reviewer.roles


def plan_of(rungs_at: datetime) -> Parameters:
    """Return parameters under which every task's first reminder is due at this moment."""
    local = rungs_at.astimezone(SHANGHAI)
    due_on = local.date() + timedelta(days=1)
    dates = {"opens": local.date(), "due": due_on, "closes": due_on}
    ladder = {"before": [1], "after": [1], "recipients": {}, "at": local.strftime("%H:%M:%S")}
    body: dict[str, Any] = {
        **BODY,
        "dates": {"review": {name: day.isoformat() for name, day in dates.items()}},
        "ladders": {"standard": ladder},
    }
    return parameters(body)


def prepare(bihuan: Bihuan, scale: Scale, rng: Random, begins: datetime, tell: Callable[[str], None]) -> int:
    """Publish, plan and start everything; return the campaign to be opened in the middle."""
    chosen = plan_of(begins + timedelta(seconds=scale.seconds // 2))
    bundles = {}
    with bihuan.unit_of_work() as uow:
        definitions.keep_parameters(uow, chosen)
        for xml in (REVIEW, LATER, TELLING, HEARING, MEMBER):
            key = definitions.publish_process(uow, xml, by=SYSTEM).key
            bundles[key] = definitions.bind(uow, key, {})
        campaign_id = _planned(uow, chosen, begins)

    def moment(index: int) -> dict[str, Any]:
        share = rng.uniform(0, 0.9) if index else 0.2  # the first one freezes its worker
        return {"opens_at": begins + timedelta(seconds=scale.seconds * share)}

    def start(key: str, number: int) -> list[UUID]:
        begun: list[UUID] = []
        orders = [
            order(
                key,
                bundles[key],
                code=f"{key[0]}{index:05}" if key not in ("telling", "hearing") else f"m{index:05}",
                business_key=f"riverside/2021/{key}/{index:05}",
                parameter_hash=chosen.hash,
                data={"subject_code": f"m{index:05}", **moment(index)},
            )
            for index in range(number)
        ]
        for first in range(0, number, BATCH):
            with bihuan.unit_of_work() as uow:
                made = instances.start_all(uow, orders[first : first + BATCH], by=SYSTEM)
                begun += [one.id for one in made]
        tell(f"started {number} of {key}")
        return begun

    start("hearing", scale.messages)
    start("telling", scale.messages)
    start("later", scale.timers - scale.messages)
    start("review", scale.tasks // 2)
    return campaign_id


def _planned(uow: UnitOfWork, chosen: Parameters, begins: datetime) -> int:
    moments = [begins, begins + timedelta(days=1), begins + timedelta(days=2)]
    made = campaigns.plan(
        uow,
        [campaigns.Plan("member", 1, *moments)],
        jurisdiction_id=1,
        year=2021,
        parameter_hash=chosen.hash,
        parties={"bureau": BUREAU},
    )
    return made["member", 1]


def population(number: int) -> list[Subject]:
    """Return the members of the stage that is opened in the middle."""
    return [Subject("thing", one, f"T{one:04}", UNIT, f"事项 {one}", {}) for one in range(1, number + 1)]
