"""A running year takes over a newer version of its pack: looked at first, what was gone by stays, days of what is open move."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from engine import library
from engine.access import SYSTEM
from engine.calendar.local_time import local_date, start_of_day
from engine.clock import VirtualClock
from engine.errors import BihuanError, Conflict, InvalidInput, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.uow import UnitOfWork
from host.publishing import policy_files
from ledger import stage_days
from ledger.holidays.foreseeing import tasks_that_move
from ledger.policies_in_force import Place, in_force, newer, places
from ledger.policy.pack import factory_folder
from ledger.taking_over.commands import take_over
from ledger.taking_over.foreseeing import foreseen
from ledger.taking_over.telling import told
from ledger.taking_over.using import used
from ledger.year import YEAR
from tests.integration.ledger.test_calendar_moves import by_day, dues
from tests.integration.ledger.test_extensions import filing
from tests.integration.ledger.test_stage_days import carry_out
from tests.integration.ledger.test_stages import BOSS, campaign, chosen, clock, pack, planned

__all__ = ["chosen", "clock", "filing", "pack", "planned"]
Ids = dict[tuple[str, int], int]
COMMON = (factory_folder() / "cn-default.toml").read_text(encoding="utf-8")
NEW_DUE = date(2020, 12, 8)
CHANGES = {
    "stages.target.due": ("month = 11, day = 30", "month = 12, day = 8"),
    "target.core_indicators": ("[]", '["数量指标"]'),
    "rectification.days": ("10", "15"),
    "stages.whole_target.due": ("month_of_budget_year = 2", "month_of_budget_year = 4"),
}


def changed(*keys: str) -> bytes:
    """Return the common pack with some of the changes."""
    text = COMMON
    for key in keys:
        head, tail = text.split(f"[{key}]\n", 1)
        text = f"{head}[{key}]\n{tail.replace(*CHANGES[key], 1)}"
    assert text != COMMON
    return text.encode()


def publish(uow: UnitOfWork, *keys: str) -> Place:
    """Publish the pack with these changes and return the place."""
    policy_files.publish(uow, changed(*(keys or CHANGES)), SYSTEM)
    return places(uow.session)[0]


def taken_over(uow: UnitOfWork, place: Place, reason: str = "县政府办 2020 年第 9 号通知") -> None:
    """Take over what is published, and let the workers do what was ordered."""
    seen = foreseen(uow, place, 2021).chosen.hash
    for order in take_over(uow, place, 2021, reason, seen=seen, by=BOSS):
        carry_out(uow, order)


def test_what_a_stage_that_has_begun_goes_by_stays_and_the_rest_is_taken_over(
    uow: UnitOfWork, filing: list[UserTask], planned: Ids
) -> None:
    place, before = publish(uow), dues(uow)
    found = foreseen(uow, place, 2021)
    said = tasks_that_move(uow, place.id, found.moves.batches, by=BOSS)
    assert dues(uow) == before, "looking changes nothing"

    taken_over(uow, place)

    assert {(one.difference.key, tuple(one.stages)) for one in found.kept} == {
        ("target.core_indicators", ("target",))
    }
    assert {one.key for one in found.taken} == set(CHANGES) - {"target.core_indicators"}
    place = places(uow.session)[0]
    now = in_force(uow.session, place, 2021)
    assert (now.values["rectification.days"], now.values["target.core_indicators"]) == (15, [])
    assert newer(place, now) is None and now.origins["target.core_indicators"].overridden
    after = dues(uow)
    moved = [one for one in after if after[one] != before[one]]
    days = [(one.name, *(local_date(due) for due in (before[one], after[one]) if due)) for one in moved]
    assert by_day(said) == Counter(days) and {new for _, _, new in days} == {NEW_DUE} and len(days) == 6
    assert local_date(campaign(uow, planned["target", 1]).due_at) == NEW_DUE
    instance = uow.session.get_one(ProcessInstance, filing[0].instance_id)
    policy = library.parameter_set(uow.session, instance.parameter_hash).policy
    assert (policy["rectification"]["days"], policy["target"]["core_indicators"]) == (15, [])
    [noted] = uow.session.scalars(select(AuditRow).where(AuditRow.action == "year.take_over"))
    assert noted.data["kept"] == ["target.core_indicators"] and "第 9 号" in noted.data["reason"]


def test_a_stage_to_come_opens_on_its_new_day(uow: UnitOfWork, filing: list[UserTask], planned: Ids) -> None:
    place = publish(uow)
    old = campaign(uow, planned["whole_target", 1]).opens_at
    [opening] = foreseen(uow, place, 2021).openings

    taken_over(uow, place)

    row = campaign(uow, planned["whole_target", 1])
    assert (opening.old, opening.new) == (local_date(old), local_date(row.opens_at)) and row.opens_at != old
    assert not opening.at_once
    waiting = select(Timer.due_at).join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
    mine = ProcessInstance.campaign_id == planned[YEAR, 1], Timer.element_id == "whole_target_opens"
    assert uow.session.scalars(waiting.where(*mine, Timer.status == "planned")).all() == [row.opens_at]


def test_it_says_before_which_stages_would_begin_at_once(
    uow: UnitOfWork, filing: list[UserTask], planned: Ids, clock: VirtualClock
) -> None:
    place = publish(uow, "stages.whole_target.due")
    [ahead] = foreseen(uow, place, 2021).openings
    clock.set(start_of_day(ahead.new))

    found = foreseen(uow, place, 2021)

    assert [(one.row.stage, one.at_once) for one in found.openings] == [("whole_target", True)]
    [said] = [one for one in told(uow, place, found, by=BOSS)["days"] if one["what"] == "opens"]
    assert said["at_once"] is True


def test_a_day_that_was_put_off_by_hand_stays(uow: UnitOfWork, filing: list[UserTask], planned: Ids) -> None:
    until = date(2020, 12, 14)
    order = stage_days.extend(uow, planned["target", 1], until, "系统迁移", by=BOSS)
    assert order is not None
    carry_out(uow, order)

    taken_over(uow, publish(uow))

    assert local_date(campaign(uow, planned["target", 1]).due_at) == until
    assert {local_date(due) for due in dues(uow).values() if due} == {until}


def test_it_is_refused_without_a_reason_without_something_newer_and_when_it_was_not_seen(
    uow: UnitOfWork, filing: list[UserTask]
) -> None:
    place = places(uow.session)[0]
    with pytest.raises(WrongState) as nothing:
        foreseen(uow, place, 2021)
    place = publish(uow, "rectification.days")
    seen = foreseen(uow, place, 2021).chosen.hash
    with pytest.raises(InvalidInput):
        take_over(uow, place, 2021, " ", seen=seen, by=BOSS)
    place = publish(uow)
    with pytest.raises(Conflict) as other:
        take_over(uow, place, 2021, "新通知", seen=seen, by=BOSS)
    with pytest.raises(BihuanError) as unknown:
        foreseen(uow, place, 2019)

    assert (nothing.value.code, other.value.code) == ("take_over.nothing_newer", "take_over.changed")
    assert unknown.value.code == "year.not_open"


def test_days_and_reminders_belong_to_no_stage_and_what_is_not_known_to_every_one() -> None:
    begun = ["approval", "target"]

    assert used("self_eval.deadline", begun) == used("calendar.reminders_days_before", begun) == []
    assert used("target.core_indicators", begun) == ["target"] and used("key_eval.types", begun) == []
    assert used("tracks", begun) == begun
