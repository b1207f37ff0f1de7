"""`bihuan campaign` and `bihuan bulk`: a stage is suspended and goes on at a terminal."""

import json
from uuid import UUID

import pytest

from engine import campaigns, suspending
from engine.access import Actor
from engine.model.instances import ProcessInstance
from host.composition import Bihuan
from host.workers.queueing import drain
from tests.integration.cli.conftest import Operate
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.population import members, opened, planned, statuses, subject

AUDITOR = Actor(800, "审计员", system=True)


def states(bihuan: Bihuan, campaign_id: int) -> list[str]:
    with bihuan.unit_of_work() as uow:
        return statuses(uow, ProcessInstance, campaign_id)


def test_a_stage_is_suspended_and_goes_on_with_all_that_was_suspended_with_it(
    bihuan: Bihuan, operate: Operate
) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = opened(uow, REVIEW, "review", [1, 2, 3])
        alone = next(one.instance_id for one in members(uow, campaign_id).values())
        assert isinstance(alone, UUID)
        suspending.suspend(uow, alone, "先查清这一个", by=AUDITOR)
    number = str(campaign_id)

    assert operate("campaign", "suspend", number, "--reason", "等上级文件") == (
        0,
        "已挂起阶段和其中 2 个事项。\n",
    )
    assert states(bihuan, campaign_id) == ["suspended"] * 3
    (told,) = json.loads(operate("campaign", "list", "--stage", "review", "--json")[1])
    assert (told["id"], told["suspension"]["reason"]) == (campaign_id, "等上级文件")
    assert "原因:等上级文件" in operate("campaign", "list")[1]
    status, said = operate("campaign", "resume", number, "--reason", "文件已到", "--shift")
    assert (status, said.splitlines()[0]) == (0, "已恢复阶段。")
    order = said.split()[-1]
    assert json.loads(operate("bulk", "show", order, "--json")[1])["waiting"] == 2
    drain(bihuan.queue)

    assert operate("bulk", "show", order) == (0, "完成 2,失败 0,等待 0。\n")
    assert states(bihuan, campaign_id) == ["active", "active", "suspended"]


def test_what_cannot_be_resumed_is_named_with_the_reason(bihuan: Bihuan, operate: Operate) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = opened(uow, REVIEW, "review", [4], year=2031)
        (member,) = members(uow, campaign_id).values()
    operate("campaign", "suspend", str(campaign_id), "--reason", "等上级文件")
    order = operate("campaign", "resume", str(campaign_id), "--reason", "文件已到")[1].split()[-1]
    assert operate("instance", "resume", str(member.instance_id), "--reason", "我先来")[0] == 0
    drain(bihuan.queue)

    said = operate("bulk", "show", order)[1]

    assert said.startswith("完成 0,失败 1,等待 0。\n")
    assert "instance.wrong_state" in said


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["campaign", "suspend", "99999", "--reason", "x"], 1),
        (["campaign", "resume", "99999", "--reason", "x"], 1),
        (["campaign", "suspend", "1"], 2),
        (["campaign", "suspend", "one", "--reason", "x"], 2),
        (["bulk", "show", "99999"], 1),
    ],
)
def test_a_wrong_number_is_status_1_and_wrong_usage_2(
    operate: Operate, arguments: list[str], status: int
) -> None:
    assert operate(*arguments)[0] == status


def test_a_stage_that_is_not_suspended_cannot_be_resumed(bihuan: Bihuan, operate: Operate) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, REVIEW, year=2032)
        campaigns.open_stage(uow, campaign_id, "review", [subject(9)])

    assert operate("campaign", "resume", str(campaign_id), "--reason", "x")[0] == 1
