"""`bihuan year`: from an empty database to a stage that is extended."""

import json

from sqlalchemy import insert

from host.composition import Bihuan
from ledger.model.register import Organisation
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
