"""What becomes of a call: applied once; what fits nothing waits for somebody and is never lost."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from engine import definitions, instances
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.errors import InvalidInput, WrongState
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.parameters import parameters
from engine.scope import Scope
from host.composition import Bihuan
from host.publishing.factory import publish_factory
from host.workers import hearing
from host.workers.jobs import sweep
from ledger.payments import fed
from ledger.place import Place
from tests.integration.engine.diagrams import diagram, flow
from tests.integration.engine.stage import BODY, open_task, order, started
from tests.integration.webhooks_in.caller import Caller
from tests.integration.webhooks_in.conftest import ABROAD
from webhooks.inbound import applying, quarantine

PAYMENTS = "select code, as_of, executed_amount from app.project_payment join app.project p on p.id = project_id order by code"
WAITING = "select id from app.inbound_call where status = 'quarantined' order by id"
ADMIN = Actor(None, "甲")


def paid(*rows: tuple[str, Any], as_of: str = "2021-02-28") -> dict[str, Any]:
    """Return payments of projects."""
    return {"year": 2021, "as_of": as_of, "rows": [{"project": p, "executed_amount": a} for p, a in rows]}


def catching(name: str) -> bytes:
    """Return a diagram that waits for a message under its subject's code and then for nothing."""
    wait = """<bpmn:startEvent id="begin"/>
    <bpmn:intermediateCatchEvent id="wait" name="等" bihuan:correlation="subject_code">
      <bpmn:messageEventDefinition id="heard" messageRef="message"/></bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="done"/>"""
    body = wait + flow("begin", "wait") + flow("wait", "done")
    message = f'<bpmn:message id="message" name="{name}"/>'
    return diagram(f"catching_{name}", body, unit="begin wait done", messages=message)


def waiting_for(bihuan: Bihuan, name: str, code: str, **about: Any) -> UUID:
    """Start an instance that waits."""
    with bihuan.unit_of_work() as uow:
        return started(
            uow,
            catching(name),
            code=code,
            business_key=f"riverside/{name}/{code}/{about}",
            data={"subject_code": code},
            **about,
        )


def status(bihuan: Bihuan, instance_id: UUID) -> str:
    with bihuan.unit_of_work() as uow:
        found = uow.session.scalar(
            text("select status from app.process_instance where id = :id"), {"id": instance_id}
        )
        return str(found)


def test_payments_feed_the_register_and_the_latest_day_is_shown(caller: Caller, bihuan: Bihuan) -> None:
    assert caller.say("payment.progress", paid(("P1", 100), ("P2", "200.50"))) == [("applied", 2)]
    caller.say("payment.progress", paid(("P1", 150), as_of="2021-03-01"))

    assert [row.executed_amount for row in caller.rows(PAYMENTS)] == [100, 150, Decimal("200.50")]
    with bihuan.unit_of_work(Scope(1)) as uow:
        found = fed(uow.session, Place(UUID(int=1), "project", 1, 1, 2021))
    assert found and (found["as_of"], found["executed_amount"]) == (date(2021, 3, 1), 150)


def test_of_two_words_about_a_day_the_later_holds_in_whatever_order_they_come(caller: Caller) -> None:
    caller.say("payment.progress", paid(("P1", 2)), time="2021-03-01T02:00:00Z")
    caller.say("payment.progress", paid(("P1", 1)), time="2021-03-01T01:00:00Z")

    assert [row.executed_amount for row in caller.rows(PAYMENTS)] == [2]


def test_what_is_not_yet_is_set_aside(caller: Caller) -> None:
    assert caller.say("payment.progress", paid(("P1", 1), as_of="2021-06-30")) == [("quarantined", 0)]
    assert "还没有到" in caller.rows("select reason from app.inbound_call")[0].reason


def test_what_fits_is_applied_and_the_rest_waits_by_itself_until_somebody_says_what_is_meant(
    caller: Caller, bihuan: Bihuan
) -> None:
    found = caller.say("payment.progress", paid(("P1", 100), ("OLD-2", 200)))
    assert found == [("quarantined", 0), ("applied", 1)]
    ((rest,),) = caller.rows(WAITING)
    row = caller.rows("select * from app.inbound_call where id = :id", id=rest)[0]
    assert [one["project"] for one in row.data["rows"]] == ["OLD-2"]
    assert row.misfits == [{"kind": "project", "key": "OLD-2", "reason": "2021 年度没有编码为“OLD-2”的项目"}]

    with bihuan.unit_of_work() as uow:
        quarantine.retry(uow, rest, {"project:OLD-2": "P2", "project:P1": "P3"}, by=ADMIN)
    caller.heard()

    assert [(row.code, row.executed_amount) for row in caller.rows(PAYMENTS)] == [("P1", 100), ("P2", 200)]
    assert not caller.rows(WAITING)
    entries = "select actor_name, data from app.audit_entry where action = 'call.retry'"
    assert [tuple(row) for row in caller.rows(entries)] == [("甲", {"matches": {"project:OLD-2": "P2"}})]


def test_a_wrong_match_waits_again_and_is_dropped_with_a_reason(caller: Caller, bihuan: Bihuan) -> None:
    caller.say("payment.progress", paid(("OLD", 200)))
    ((call_id,),) = caller.rows(WAITING)
    with bihuan.unit_of_work() as uow:
        quarantine.retry(uow, call_id, {"project:OLD": "NEW"}, by=ADMIN)
    with bihuan.unit_of_work() as uow, pytest.raises(WrongState):
        quarantine.retry(uow, call_id, {}, by=ADMIN)
    caller.heard()
    assert "NEW" in caller.rows("select misfits from app.inbound_call")[0].misfits[0]["reason"]

    with bihuan.unit_of_work() as uow, pytest.raises(InvalidInput):
        quarantine.drop(uow, call_id, " ", by=ADMIN)
    with bihuan.unit_of_work() as uow:
        quarantine.drop(uow, call_id, "对方发错", by=ADMIN)
    assert caller.rows("select status, reason from app.inbound_call") == [("dropped", "对方发错")]
    caller.heard()
    assert not caller.rows(PAYMENTS)


def test_another_jurisdiction_is_out_of_reach(call: Callable[..., Caller]) -> None:
    ours, theirs = call(), call(jurisdiction_id=ABROAD)

    assert ours.say("payment.progress", paid(("X9", 1))) == [("quarantined", 0)]
    assert theirs.say("payment.progress", paid(("X9", 1)))[0] == ("applied", 1)
    assert theirs.say("payment.progress", paid(("P1", 1)))[0] == ("quarantined", 0)
    assert [row.code for row in ours.rows(PAYMENTS)] == ["X9"]


def test_a_project_list_adds_what_is_new_and_leaves_alone_what_is_worked_on(
    caller: Caller, bihuan: Bihuan
) -> None:
    with bihuan.unit_of_work() as uow:
        started(uow, catching("papers"), subject_kind="project", subject_id=3)
    rows = [
        {"project": code, "name": f"新{code}", "organisation": office, "budget_amount": 5}
        for code, office in (("N1", "D01"), ("P2", "D01"), ("P3", "D01"), ("N2", "D99"))
    ]
    caller.say("project.list", {"year": 2021, "rows": rows})

    names = dict(caller.rows("select code, name from app.project where jurisdiction_id = 1"))
    assert (names["N1"], names["P2"], names["P3"]) == ("新N1", "新P2", "项目P3")
    ((misfits,),) = caller.rows("select misfits from app.inbound_call where status = 'quarantined'")
    assert {(one["kind"], one["key"]) for one in misfits} == {("project", "P3"), ("organisation", "D99")}
    ((rest,),) = caller.rows(WAITING)
    with bihuan.unit_of_work() as uow:
        quarantine.retry(uow, rest, {"organisation:D99": "D01"}, by=ADMIN)
    caller.heard()
    assert caller.rows("select code from app.project where code = 'N2'")


@pytest.mark.parametrize(
    ("kind", "name", "more", "row"),
    [
        ("upper.scored", "upper_score", {}, {"passed": True, "score": "91.5"}),
        ("budget.approved", "budget_approved", {"approved_on": "2021-01-20", "meeting": "七次会议"}, {}),
    ],
)
def test_a_message_reaches_the_instance_that_waits_for_its_project(
    caller: Caller, bihuan: Bihuan, kind: str, name: str, more: dict[str, Any], row: dict[str, Any]
) -> None:
    instance = waiting_for(bihuan, name, "P1")
    rows = [{"project": code, **row} for code in ("P1", "P2")]
    found = caller.say(kind, {"year": 2021, "rows": rows, **more})

    assert found == [("quarantined", 0), ("applied", 1)]
    assert status(bihuan, instance) == "completed"
    ((misfits,),) = caller.rows("select misfits from app.inbound_call where status = 'quarantined'")
    assert misfits[0]["key"] == "P2" and "没有流程在等待" in misfits[0]["reason"]
    sender = "select actor_name from app.event where type = 'message.received' order by id desc limit 1"
    assert caller.rows(sender) == [("一体化系统",)]

    second = waiting_for(bihuan, name, "P2")
    ((rest,),) = caller.rows(WAITING)
    with bihuan.unit_of_work() as uow:
        quarantine.retry(uow, rest, {}, by=ADMIN)
    caller.heard()
    assert status(bihuan, second) == "completed", "it waits now"


def test_a_call_registers_the_congress_for_the_budgets_that_wait_for_it(
    caller: Caller, bihuan: Bihuan
) -> None:
    """With the diagram of the factory, where the policy says that budgets wait for the people's congress."""
    dates = {"approval": {"opens": "2021-01-05", "due": "2021-01-31", "closes": "2021-02-28"}}
    known = parameters({**BODY, "policy": {"approval": {"await_congress": True}}, "dates": dates})
    with bihuan.unit_of_work() as uow:
        publish_factory(uow, by=SYSTEM)
        definitions.keep_parameters(uow, known)
        bundle = definitions.bind(uow, "approval", {})
        data = {"subject_code": "P1", "target_approved": True}
        asked = order("approval", bundle, parameter_hash=known.hash, stage="approval", code="P1", data=data)
        instance = instances.start(uow, asked, by=SYSTEM)
        register = open_task(uow, instance)
        assert (register.element_id, register.role) == ("congress", "budget")

    said = {"approved_on": "2021-01-20", "meeting": "七次会议", "document": "决议第 3 号"}
    assert caller.say("budget.approved", {"year": 2021, "rows": [{"project": "P1"}], **said}) == [
        ("applied", 1)
    ]

    with bihuan.unit_of_work() as uow:
        assert open_task(uow, instance).element_id == "approve_budget"
        assert uow.session.get_one(UserTask, register.id).status == "cancelled"
        assert all(word in uow.session.get_one(ProcessInstance, instance).image for word in said.values())


def test_a_message_about_a_project_is_not_for_the_one_of_another_year_with_its_code(
    caller: Caller, bihuan: Bihuan
) -> None:
    with bihuan.unit_of_work() as uow:
        [project] = uow.session.scalars(text("select id from app.project where code = 'P1' and year = 2021"))
    earlier = waiting_for(bihuan, "upper_score", "P1", subject_kind="project", subject_id=project + 1000)
    meant = waiting_for(bihuan, "upper_score", "P1", subject_kind="project", subject_id=project)

    caller.say("upper.scored", {"year": 2021, "rows": [{"project": "P1", "passed": True, "score": "90"}]})

    assert (status(bihuan, earlier), status(bihuan, meant)) == ("active", "completed")


def test_any_other_message_goes_by_name_and_key_or_to_the_instance_somebody_names(
    caller: Caller, bihuan: Bihuan
) -> None:
    first, second = (waiting_for(bihuan, "papers", code) for code in ("K1", "K2"))
    message = {"name": "papers", "payload": {"count": 3, "ok": True, "note": "齐"}}

    assert caller.say("message.sent", {**message, "key": "K1"}) == [("applied", 1)]
    assert status(bihuan, first) == "completed"
    assert caller.say("message.sent", {**message, "key": "K9"})[0] == ("quarantined", 0)
    ((call_id,),) = caller.rows(WAITING)
    with bihuan.unit_of_work() as uow:
        quarantine.retry(uow, call_id, {"key:K9": "K2"}, by=ADMIN)
    caller.heard()
    assert status(bihuan, second) == "completed"


def test_a_message_for_another_county_is_not_handed_over(call: Callable[..., Caller], bihuan: Bihuan) -> None:
    instance = waiting_for(bihuan, "papers", "K7")

    assert call(jurisdiction_id=ABROAD).say("message.sent", {"name": "papers", "key": "K7"}) == [
        ("quarantined", 0)
    ]
    assert status(bihuan, instance) == "active"


def test_a_fault_of_the_program_is_tried_again_and_in_the_end_set_aside(
    caller: Caller, bihuan: Bihuan, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setitem(hearing.HANDLERS, "payment.progress", fall)
        caller.say("payment.progress", paid(("P1", 1)))
        for _ in range(applying.MOST_ATTEMPTS - 1):
            assert not caller.rows(WAITING)
            clock.set(clock.now() + timedelta(hours=1))
            assert sweep(bihuan.unit_of_work)["calls"]
            caller.heard()
    ((call_id,),) = caller.rows(WAITING)
    told = "select data from app.event where type = 'call.quarantined'"
    assert {"type": "payment.progress", "count": 1} in [row.data for row in caller.rows(told)]

    with bihuan.unit_of_work() as uow:
        quarantine.retry(uow, call_id, {}, by=SYSTEM)
    caller.heard()
    assert len(caller.rows(PAYMENTS)) == 1


def test_what_ends_workers_is_set_aside(caller: Caller) -> None:
    assert caller.send("payment.progress", paid(("P1", 1))).status_code == 202
    caller.rows("update app.inbound_call set attempts = 5 returning id")
    caller.heard()

    assert "多次中断" in caller.rows("select reason from app.inbound_call")[0].reason
    assert not caller.rows(PAYMENTS)


def test_an_office_sees_the_payments_of_its_own_projects_alone(caller: Caller, bihuan: Bihuan) -> None:
    caller.say("payment.progress", paid(("P1", 1)))
    seen = []
    for office in (11, 12):
        with bihuan.unit_of_work(Scope(1, frozenset({office}))) as uow:
            seen.append(uow.session.scalar(text("select count(*) from app.project_payment")))
            assert not uow.session.scalar(text("select count(*) from app.inbound_call"))

    assert seen == [1, 0]
