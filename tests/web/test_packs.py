"""Policy packs in the browser and by REST: checked by key and line, compared by value, published, rolled back."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from engine.access import SYSTEM
from engine.model.definitions import ProcessDefinition
from engine.model.journal import AuditRow
from host.composition import Bihuan
from host.publishing import policy_files
from ledger.packs_in_force import Packs
from ledger.policies_in_force import grade_names, in_force, places
from ledger.policy.pack import factory_folder
from tests.web.small_county import TOKEN, post
from tests.web.test_definitions import entered, publish, send

COMMON = (factory_folder() / "cn-default.toml").read_text(encoding="utf-8")
DAYS = '[rectification.days]\nvalue = 10\nrules = ["E"]'
LONGER = COMMON.replace(DAYS, '[rectification.days]\nvalue = 15\nrules = ["N"]')
NEW = '[pack]\nid = "newtown"\nname = "新镇"\nextends = "cn-default"\n\n[rectification.days]\nvalue = 20\n'


@pytest.fixture(autouse=True)
def _nothing_published(county: Flask, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(ProcessDefinition).where(ProcessDefinition.kind == "policy"))


def days(bihuan: Bihuan, pack: str) -> int:
    with bihuan.unit_of_work() as uow:
        return int(Packs(uow.session).load(pack).resolve(2022).values["rectification.days"])


def test_a_pack_of_the_program_is_listed_shown_and_taken_away(county: Flask) -> None:
    client = entered(county)

    listed = client.get("/studio/policies").text
    page = client.get("/studio/policies/cn-default").text
    file = client.get("/studio/policies/cn-default/file")

    assert 'href="/studio/policies/cn-default"' in listed and "随程序提供" in listed
    assert "整改期限(工作日)" in page and "没有问题" in page and "rectification.days" in page
    assert file.headers["Content-Disposition"] == "attachment; filename=cn-default.toml"
    assert file.text == COMMON


def test_what_differs_is_shown_by_key_and_published_only_then(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)

    offered = send(client, "policies", LONGER).text
    before = days(bihuan, "cn-default")
    done = publish(client, "policies", LONGER, seen=0)

    assert (
        '>10</span></td><td class="bh-any" data-label="现在的"><span lang="zh-CN">15' in offered
        and "1 处不同" in offered
    )
    assert "结果应用、整改与公开" in offered and "依据由“系统默认”改为“国家文件”" in offered
    assert before == 10 and days(bihuan, "cn-default") == 15
    assert "第 1 版，线上" in client.get(done.headers["Location"]).text
    assert "第 1 版" in client.get("/studio/policy").text


def test_what_a_base_changes_holds_for_those_that_inherit_from_it(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)
    publish(client, "policies", LONGER, seen=0)
    publish(client, "policies", NEW.replace("[rectification.days]\nvalue = 20\n", ""), seen=0)

    assert days(bihuan, "newtown") == 15


def test_an_earlier_text_comes_back_as_a_new_version(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)
    publish(client, "policies", LONGER, seen=0)
    publish(client, "policies", COMMON)

    back = post(client, "/studio/policies/cn-default/versions/1/publish")

    assert "第 3 版，线上" in client.get(back.headers["Location"]).text
    assert days(bihuan, "cn-default") == 15


def test_what_comes_with_the_program_is_a_version_to_look_at_and_go_back_to(
    county: Flask, bihuan: Bihuan
) -> None:
    client = entered(county)
    again = "/studio/policies/cn-default/versions/0/publish"
    refused = post(client, again)
    publish(client, "policies", LONGER, seen=0)

    page = client.get("/studio/policies/cn-default").text
    shown = client.get("/studio/policies/cn-default?version=0").text
    back = post(client, again)

    assert refused.status_code == 409 and "现在用的就是随程序提供的" in refused.text
    assert "和随程序提供的比" in page and f'action="{again}"' in page
    assert (
        "线上是第 1 版" in shown
        and '>15</span></td><td class="bh-any" data-label="现在的"><span lang="zh-CN">10' in shown
    )
    assert client.get("/studio/policies/cn-default/file?version=0").text == COMMON
    assert "第 2 版，线上" in client.get(back.headers["Location"]).text and days(bihuan, "cn-default") == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace("20", '"many"'), "第 6 行:政策包 [rectification.days]"),
        (NEW.replace("days]", "dais]"), "第 6 行:政策包:没有政策参数“rectification.dais”"),
        (NEW.replace('"newtown"', '"New Town"'), "第 1 行:政策包 [pack]"),
        (NEW.replace('"cn-default"', '"nowhere"'), "第 4 行:没有名为“nowhere”的政策包"),
        (NEW.replace('extends = "cn-default"', ""), "缺少"),
        (COMMON.replace("[pack]\n", '[pack]\nextends = "shawan"\n'), "成环"),
        (NEW + '[slots.finance_check]\nvalue = "nothing"\n', "流程“nothing”没有发布过"),
        (NEW + "[rectification.days]\nvalue = 3\n", "不是有效的 TOML 文件"),
        (NEW + '[spot_check.mode]\nvalue = "threshold"\n', "第 8 行:"),
    ],
)
def test_each_fault_is_told_at_its_key_with_its_line(county: Flask, text: str, said: str) -> None:
    assert said in send(entered(county), "policies", text).text


def test_a_change_that_breaks_another_pack_is_refused(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)
    publish(client, "policies", NEW, seen=0)
    child = NEW.replace("newtown", "hamlet").replace("cn-default", "newtown")
    publish(client, "policies", child, seen=0)

    answer = publish(client, "policies", NEW.replace("cn-default", "hamlet"))

    assert answer.status_code == 422 and "成环" in answer.text


def test_only_who_publishes_processes_publishes_packs(county: Flask) -> None:
    client = entered(county, "performance")

    assert "上传新版本" not in client.get("/studio/policies").text
    assert publish(client, "policies", LONGER, seen=0).status_code == 403


def test_a_change_of_comments_alone_is_said_and_may_be_published(county: Flask) -> None:
    offered = send(entered(county), "policies", f"# 新的注释\n{COMMON}").text

    assert "只有注释或排版不同" in offered and "发布后是第 1 版" in offered


def test_a_place_follows_the_pack_that_was_published(county: Flask, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, LONGER.encode(), SYSTEM)
        place = places(uow.session)[0]

        assert place.pack.chain[-1].version == 1
        assert place.packs.names["cn-default"] in place.pack.chain[-1].name


def test_programs_are_told_the_values_that_differ(county: Flask) -> None:
    client = entered(county)
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    headers = {"X-Form-Token": found[1]}

    answer = client.post("/api/v1/definitions/policies/check", json={"content": LONGER}, headers=headers)

    body: Any = answer.json
    (one,) = body["differences"]
    assert (one["element_id"], one["before"], one["after"]) == ("rectification.days", "10", "15")
    assert one["group"] == "结果应用、整改与公开" and body["version"] == 0
    listed: Any = client.get("/api/v1/definitions/policies").json
    assert ("cn-default", 0) in {(row["key"], row["version"]) for row in listed["items"]}


def test_an_opened_year_keeps_its_version_and_says_what_a_newer_one_would_change(
    county: Flask, bihuan: Bihuan
) -> None:
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, LONGER.encode(), SYSTEM)
    lead = entered(county, "performance")
    before = lead.get("/manage/years/new?year=2031&policy=cn-default").text
    post(lead, "/manage/years/new", year=2031, policy="cn-default", stage=["target"])
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, COMMON.encode(), SYSTEM)
        place = places(uow.session)[0]
        pack = in_force(uow.session, place, 2031)

        assert pack.values["rectification.days"] == 15 and pack.origins["rectification.days"].rules == ("N",)
        assert not pack.origins["rectification.days"].overridden
        assert in_force(uow.session, place, 2032).values["rectification.days"] == 10

    assert "（第 1 版）" in before
    for address in ("/manage/years?year=2031", "/studio/policy?year=2031"):
        page = lead.get(address).text
        newer = page[page.index('id="newer"') :]
        assert (
            "（第 1 版）" in page[: page.index('id="newer"')]
            and "（第 2 版）" in newer
            and "1 处不同" in newer
        )
        assert '>15</td><td class="bh-any" data-label="线上的">10</td>' in newer
    assert 'id="newer"' not in lead.get("/studio/policy?year=2032").text
    told: Any = lead.get("/api/v1/policy?year=2031").json
    assert told["packs"][0]["version"] == 1 and told["newer"][0]["key"] == "rectification.days"
    uses = entered(county).get("/studio/policies/cn-default").text
    assert "2031 年度</a>（第 1 版）" in uses
    with bihuan.unit_of_work() as uow:
        noted = uow.session.scalars(
            select(AuditRow).where(AuditRow.subject == "1/2031", AuditRow.action == "year.open")
        ).one()
        assert noted.data["packs"] == {"cn-default": 1}


def test_a_key_that_a_newer_program_adds_comes_from_its_file(county: Flask, bihuan: Bihuan) -> None:
    older = COMMON.replace(DAYS, "")
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, older.encode(), SYSTEM)

    assert days(bihuan, "cn-default") == 10 and days(bihuan, "shawan") == 10
    assert "缺少 1 个参数" in entered(county).get("/studio/policies/cn-default").text


def test_the_grades_of_an_opened_year_are_those_it_was_opened_with(county: Flask, bihuan: Bihuan) -> None:
    post(
        entered(county, "performance"), "/manage/years/new", year=2033, policy="cn-default", stage=["target"]
    )
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, COMMON.replace('["优", 90, 100]', '["甲", 90, 100]').encode(), SYSTEM)
        place = places(uow.session)[0]

        assert grade_names(uow.session, place, 2033)[0] == "优"
        assert grade_names(uow.session, place, 2034)[0] == "甲"


def test_a_running_year_takes_over_what_it_was_shown_with_a_reason(county: Flask, bihuan: Bihuan) -> None:
    lead, page, api = (
        entered(county, "performance"),
        "/manage/years/2034/pack",
        "/api/v1/years/2034/newer-pack",
    )
    post(lead, "/manage/years/new", year=2034, policy="cn-default", stage=["target"])
    assert "没有更新的版本" in lead.get(page).text
    assert lead.get(api).get_json()["code"] == "take_over.nothing_newer"
    with bihuan.unit_of_work() as uow:
        policy_files.publish(uow, LONGER.encode(), SYSTEM)

    assert f'href="{page}"' in lead.get("/manage/years?year=2034").text
    shown = lead.get(page).text
    told = lead.get(api).get_json()
    [taken] = told["taken"]
    refused = post(lead, page, seen=told["seen"], reason="")
    done = post(lead, page, seen=told["seen"], reason="财政厅新通知")

    assert "整改期限(工作日)" in shown and told["seen"] in shown
    assert (taken["key"], taken["before"], taken["after"]) == ("rectification.days", 10, 15)
    assert refused.status_code == 422 and told["seen"] in refused.text
    assert done.status_code == 303 and "已改用新版政策包" in lead.get(done.headers["Location"]).text
    assert "没有更新的版本" in lead.get(page).text
    sent = {"reason": "再来一次", "seen": told["seen"]}
    headers = {"X-Form-Token": lead.get("/api/v1/me").get_json()["form_token"]}
    assert lead.post(api, json=sent, headers=headers).get_json()["code"] == "take_over.nothing_newer"
    assert entered(county, "budget").get(page).status_code == 403
