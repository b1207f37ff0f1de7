"""`bihuan year`: from an empty database to a stage that is extended."""

import json

from sqlalchemy import insert, select

from engine.access import SYSTEM
from host.composition import Bihuan
from host.publishing import policy_files
from ledger.model.register import Jurisdiction, Organisation
from ledger.policy.pack import factory_folder
from tests.integration.cli.conftest import Operate


def bureau(bihuan: Bihuan, place_id: int) -> None:
    with bihuan.unit_of_work() as uow:
        office = {"code": "CZJ", "name": "财政局", "kind": "bureau", "valid_from": "2020-01-01"}
        uow.session.execute(insert(Organisation).values(jurisdiction_id=place_id, **office))


def test_a_year_is_opened_from_an_empty_database(bihuan: Bihuan, operate: Operate) -> None:
    assert operate("year", "place", "cn-default", "示例县")[0] == 0
    assert "节假日安排还没有录入" in operate("year", "preview", "cn-default", "2099")[1]
    told = json.loads(operate("year", "preview", "cn-default", "2099", "--json")[1])
    assert {one["name"] for one in told["stages"]} >= {"target", "monitoring", "self_evaluation"}
    assert told["to_confirm"] and told["projects"] == 0
    assert operate("year", "open", "cn-default", "2099")[0] == 1, "there is no bureau yet"
    bureau(bihuan, 1)

    status, said = operate("year", "open", "cn-default", "2099", "--stage", "target")

    assert (status, said.split(";")[0]) == (0, "已开启 2099 年度,安排了 1 个阶段")
    (stage,) = json.loads(operate("campaign", "list", "--stage", "target", "--json")[1])
    number = str(stage["id"])
    assert operate("campaign", "extend", number, "--until", "2098-12-18", "--reason", "推迟") == (
        0,
        "已延期到 2098-12-18。\n",
    )
    assert operate("campaign", "start", number, "--reason", "提前")[0] == 0
    assert operate("campaign", "close", number, "--reason", "早关")[0] == 1, "it is not open"
    assert operate("campaign", "waive", number, "--reason", "不办")[0] == 0
    assert operate("year", "open", "nowhere", "2099")[0] == 1


def test_a_year_takes_over_a_newer_pack_as_it_was_shown(bihuan: Bihuan, operate: Operate) -> None:
    assert operate("year", "place", "hillside", "山前县")[0] == 0
    with bihuan.unit_of_work() as uow:
        place_id = uow.session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "hillside")).one()
    bureau(bihuan, place_id)
    text = (factory_folder() / "cn-default.toml").read_text(encoding="utf-8")
    later = text.replace("[rectification.days]\nvalue = 10", "[rectification.days]\nvalue = 15")
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, later.encode(), SYSTEM)
    assert operate("year", "open", "hillside", "2098", "--stage", "target")[0] == 0
    assert operate("year", "newer-pack", "hillside", "2098")[0] == 1, "nothing newer is published"
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, text.encode(), SYSTEM)

    said = operate("year", "newer-pack", "hillside", "2098")[1]
    told = json.loads(operate("year", "newer-pack", "hillside", "2098", "--json")[1])
    seen = ("--seen", told["seen"], "--reason", "新通知")

    assert "会改:“整改期限(工作日)”由“15”改为“10”" in said and told["seen"] in said
    assert operate("year", "take-over", "hillside", "2098", "--seen", "x", "--reason", "新通知")[0] == 1
    assert operate("year", "take-over", "hillside", "2098", *seen)[0] == 0
    assert operate("year", "take-over", "hillside", "2098", *seen)[0] == 1
