"""迟报通报: one per stage and round, of who still is late by then; the performance section issues it or does not."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import tasks
from engine.access import SYSTEM
from engine.calendar.local_time import local_date, start_of_day
from engine.clock import VirtualClock
from engine.errors import BihuanError
from engine.model.instances import ProcessInstance
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import Notification
from engine.uow import UnitOfWork
from forms.errors import FormInvalid
from forms.prefilling import prefilled
from host.filing import desk_of, file_task
from ledger import stage_days, stages
from ledger.model.circulars import Circular
from ledger.model.lateness import LateSubmission
from ledger.model.register import Organisation
from ledger.operations import circulars
from ledger.policy.pack import load
from tests.integration.ledger.test_extensions import LATER, ask, decide, filing, holder, open_tasks
from tests.integration.ledger.test_stage_days import UNTIL, carry_out
from tests.integration.ledger.test_stages import DUE, OPENS, chosen, clock, pack, pass_time, planned, planning
from tests.unit.forms.examples import EXAMPLES

__all__ = ["chosen", "clock", "filing", "pack", "planned"]
Ids = dict[tuple[str, int], int]
DAY = date(2020, 12, 8)
"""Midnight after the fifth working day behind 30 November."""
MIDNIGHT = start_of_day(DAY)
LETTER = {"outcome": "印发", "number": "财绩通〔2020〕3号", "title": "迟报通报", "body": "请尽快补报。"}


def drafts(uow: UnitOfWork) -> list[Circular]:
    uow.session.expire_all()
    return list(uow.session.scalars(select(Circular).order_by(Circular.id)))


def late(uow: UnitOfWork) -> list[LateSubmission]:
    uow.session.expire_all()
    return list(uow.session.scalars(select(LateSubmission).order_by(LateSubmission.line_no)))


def days_pass(uow: UnitOfWork, clock: VirtualClock, until: date = DAY) -> None:
    """Let the scheduler look once a day."""
    day = max(local_date(clock.now()), local_date(DUE) - timedelta(days=1))
    while day < until:
        day += timedelta(days=1)
        pass_time(uow, clock, start_of_day(day))


def deciding(uow: UnitOfWork) -> UserTask:
    [task] = open_tasks(uow, element_id="issue", definition_key="circular")
    return task


def file(uow: UnitOfWork, **answer: Any) -> None:
    task = deciding(uow)
    by = holder(task)
    tasks.claim(uow, task.id, by=by)
    file_task(uow, task.id, answer, by=by)


def told(uow: UnitOfWork) -> set[tuple[str, int]]:
    found = select(Notification.recipient, Notification.organisation_id).where(
        Notification.kind == "circular"
    )
    return {(role, place) for role, place in uow.session.execute(found)}


def test_it_is_drafted_after_the_policy_s_days_and_lists_who_is_late_by_unit(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask], planned: Ids
) -> None:
    days_pass(uow, clock, DAY - timedelta(days=1))
    pass_time(uow, clock, MIDNIGHT - timedelta(minutes=1))
    assert drafts(uow) == []
    days_pass(uow, clock)

    [one] = drafts(uow)
    assert (one.stage, one.checkpoint, one.campaign_id, one.issued_at) == (
        "target",
        1,
        planned["target", 1],
        None,
    )
    assert one.title == "2021年度绩效目标迟报情况的通报" and "6项" in one.body and "6项仍未报送" in one.body
    assert [row.line_no for row in late(uow)] == [1, 2, 3, 4, 5, 6]
    task = deciding(uow)
    assert (task.role, task.form_key) == ("performance", "circular")
    assert task.due_at and local_date(task.due_at) == date(2020, 12, 11)
    flow, bureau = uow.session.get_one(ProcessInstance, task.instance_id), task.organisation_id
    assert flow.subject_code == uow.session.get_one(Organisation, bureau).code


def test_issuing_it_tells_the_units_that_are_listed_and_nobody_who_is_left_out(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    days_pass(uow, clock)
    spared = late(uow)[0]
    others = {one.organisation_id for one in late(uow)[1:]}

    file(uow, **LETTER, lines=lines(uow, {1: "系统故障,已报备"}))

    [one] = drafts(uow)
    assert (one.number, one.title, one.issued_by) == ("财绩通〔2020〕3号", "迟报通报", "经办performance")
    assert one.issued_at == clock.now()
    assert [row.left_out for row in late(uow)] == ["系统故障,已报备", None, None, None, None, None]
    assert {place for role, place in told(uow) if role == "unit_head"} == others
    if spared.organisation_id not in others:
        assert all(place != spared.organisation_id for _, place in told(uow))
    assert open_tasks(uow, definition_key="circular") == []


def lines(uow: UnitOfWork, reasons: dict[int, str]) -> list[dict[str, Any]]:
    return [{"no": str(row.line_no), "left_out": reasons.get(row.line_no or 0)} for row in late(uow)]


def test_who_came_in_or_got_another_day_meanwhile_is_shown_so_or_not_listed(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    first, second, *_ = filing
    decide(uow, ask(uow, first), outcome="同意", until=LATER.isoformat())
    pass_time(uow, clock, start_of_day(local_date(DUE) + timedelta(days=2)))
    by = holder(second)
    tasks.claim(uow, second.id, by=by)
    file_task(uow, second.id, EXAMPLES["target_filing"], by=by)

    days_pass(uow, clock)

    assert {row.task_id for row in late(uow) if row.line_no} == {one.id for one in filing} - {first.id}
    assert "5项" in drafts(uow)[0].body and "4项仍未报送" in drafts(uow)[0].body


def test_who_comes_in_while_it_is_being_decided_is_written_so_whatever_an_older_draft_says(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    days_pass(uow, clock)
    desk = desk_of(uow, deciding(uow).id)
    begun = prefilled(desk.definition, context=desk.context, functions=desk.functions)["lines"]
    assert {one["state"] for one in begun} == {"仍未报送"}
    by = holder(filing[0])
    tasks.claim(uow, filing[0].id, by=by)
    file_task(uow, filing[0].id, EXAMPLES["target_filing"], by=by)

    file(uow, **LETTER, lines=begun)

    [signed] = uow.session.scalars(select(SubmissionRow).where(SubmissionRow.form_key == "circular"))
    states = [one["state"] for one in signed.values["lines"]]
    assert states.count("仍未报送") == 5 and "2020-12-08 补报" in states


def test_nobody_late_no_circular_and_none_in_a_waived_stage_or_where_the_policy_wants_none(
    uow: UnitOfWork, clock: VirtualClock, planned: Ids
) -> None:
    pass_time(uow, clock, OPENS)
    pass_time(uow, clock, start_of_day(local_date(DUE) + timedelta(days=1)))
    assert len(late(uow)) == 6
    stages.waive(uow, planned["target", 1], "疫情", by=SYSTEM)

    days_pass(uow, clock)

    assert drafts(uow) == []


def test_a_policy_without_circulars_drafts_none(uow: UnitOfWork, clock: VirtualClock) -> None:
    planning(uow, load("cn-default").resolve(2021, {"circular.after_workdays": None}))
    pass_time(uow, clock, OPENS)

    days_pass(uow, clock, DAY + timedelta(days=10))

    assert (len(late(uow)), drafts(uow)) == (6, [])


def test_a_stage_put_off_after_its_day_waits_for_the_new_one(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask], planned: Ids
) -> None:
    pass_time(uow, clock, start_of_day(local_date(DUE) + timedelta(days=1)))
    carry_out(uow, stage_days.extend(uow, planned["target", 1], UNTIL, "系统迁移", by=SYSTEM))

    days_pass(uow, clock, date(2020, 12, 21))
    assert drafts(uow) == []
    days_pass(uow, clock, date(2020, 12, 22))

    assert len(drafts(uow)) == 1 and [row.line_no for row in late(uow)] == [1, 2, 3, 4, 5, 6]


def test_more_than_one_form_holds_are_several(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circulars, "MOST", 4)

    days_pass(uow, clock)

    assert [one.title[-3:] for one in drafts(uow)] == ["(1)", "(2)"]
    assert sorted(row.line_no or 0 for row in late(uow)) == [1, 1, 2, 2, 3, 4]


def test_withholding_it_takes_a_reason_and_tells_nobody(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    days_pass(uow, clock)
    with pytest.raises(FormInvalid):
        file(uow, outcome="不印发", lines=lines(uow, {}))
    task = deciding(uow)

    file_task(
        uow,
        task.id,
        {"outcome": "不印发", "reason": "全县统一推迟", "lines": lines(uow, {})},
        by=holder(task),
    )

    [one] = drafts(uow)
    assert (one.issued_at, one.withheld, told(uow)) == (None, "全县统一推迟", set())
    assert {row.circular_id for row in late(uow)} == {None}


def test_it_cannot_be_issued_to_nobody(uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]) -> None:
    days_pass(uow, clock)

    with pytest.raises(BihuanError):
        file(uow, **LETTER, lines=lines(uow, dict.fromkeys(range(1, 7), "已说明")))


def test_a_scheduler_that_was_away_lists_them_all_an_hour_after_it_is_back(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    pass_time(uow, clock, MIDNIGHT + timedelta(days=9))
    assert drafts(uow) == [] and len(late(uow)) == 6

    pass_time(uow, clock, MIDNIGHT + timedelta(days=9, hours=1))

    assert len(drafts(uow)) == 1
