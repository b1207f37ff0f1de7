"""Processes, decisions and forms in the browser: versions, drawings, problems, and how the next version is published."""

import io
import re
from base64 import b64encode
from importlib.resources import files
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from engine import versions
from engine.access import SYSTEM
from engine.model.definitions import ProcessDefinition
from engine.model.journal import AuditRow
from forms.library import FACTORY
from host.composition import Bihuan
from host.publishing.factory import publish_factory
from host.publishing.form_library import form_of
from host.web.definition.view import NEW
from host.web.definition.words import ELEMENTS, FIELDS, HIT_POLICIES, TITLES
from host.web.words import english
from tests.integration.engine.committee import statements
from tests.web.small_county import TOKEN, post, sign_in

WORKFLOWS = files("workflows")
DIAGRAM = (WORKFLOWS / "processes" / "self_evaluation.bpmn").read_text(encoding="utf-8")
TABLE = (WORKFLOWS / "decisions" / "target_conclusion.dmn").read_text(encoding="utf-8")
SIGNATURE = (FACTORY / "signature.json").read_text(encoding="utf-8")
RENAMED = DIAGRAM.replace('name="负责人签字"', 'name="领导签字"')
BROKEN = DIAGRAM.replace("agreed = true", "agreed = (")


@pytest.fixture(autouse=True)
def _factory(county: Flask, bihuan: Bihuan) -> None:
    """Everything of the program at its first version."""
    with bihuan.unit_of_work() as uow:
        later = ProcessDefinition.version > 1
        uow.session.execute(delete(ProcessDefinition).where(later | (ProcessDefinition.kind == "form")))
        if len(versions.newest(uow.session, "process")) < 20:
            publish_factory(uow, by=SYSTEM)


def entered(county: Flask, login: str = "process") -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, login).status_code == 302
    return client


def send(client: FlaskClient, folder: str, text: str | bytes, name: str = "file") -> Any:
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    data = {"file": (io.BytesIO(text.encode() if isinstance(text, str) else text), name)}
    return client.post(f"/studio/{folder}/offer", data=data, headers={"X-Form-Token": found[1]})


def publish(client: FlaskClient, folder: str, text: str, seen: int = 1) -> Any:
    content = b64encode(text.encode()).decode()
    return post(client, f"/studio/{folder}/publish", content=content, seen=seen)


def test_all_words_for_kinds_have_their_english() -> None:
    said = {*ELEMENTS.values(), *FIELDS.values(), *HIT_POLICIES.values(), *NEW.values(), *TITLES.values()}

    assert not said - set(english())


def test_the_process_administrator_comes_home_to_the_processes(county: Flask) -> None:
    client = entered(county)

    home = client.get("/")

    assert home.headers["Location"] == "/studio/processes"
    page = client.get("/studio/processes").text
    assert "项目绩效自评" in page and "上传新版本" in page and "第 1 版" in page


def test_a_reader_sees_versions_but_no_way_to_change_them(county: Flask) -> None:
    page = entered(county, "performance").get("/studio/processes").text

    assert "项目绩效自评" in page and "上传新版本" not in page


def test_a_process_shows_its_steps_its_drawing_and_where_it_is_called(county: Flask) -> None:
    client = entered(county)

    page = client.get("/studio/processes/rectification").text
    file = client.get("/studio/processes/rectification/file?version=1")

    assert "bh-diagram" in page and "没有问题" in page and "第 1 版，线上" in page
    assert re.search(r'<a href="/studio/processes/\w+">', page), "some process calls it"
    assert 'href="/studio/processes/annual"' in client.get("/studio/processes/self_evaluation").text
    assert file.headers["Content-Disposition"] == "attachment; filename=rectification.bpmn"
    assert b'id="rectification"' in file.data


def test_a_decision_is_a_readable_table_with_its_problems_and_askers(county: Flask) -> None:
    client = entered(county)

    page = client.get("/studio/decisions/target_conclusion").text
    odd = client.get("/studio/decisions/pre_evaluation_conclusion").text

    assert page.count('<tr id="target_conclusion_rule_') == 8
    assert "从上到下，取第一条符合的" in page and "缺少必设的核心指标:退回(GX-R11)" in page
    assert "lowest_mark" in page and "list contains(marks, mark)" in page
    assert 'href="/studio/processes/target"' in page
    assert "dmn.not_analysed" in odd


def test_a_form_of_the_program_is_shown_with_its_fields(county: Flask) -> None:
    page = entered(county).get("/studio/forms/signature").text

    assert "随程序提供" in page and "同意报送" in page and "agreed = false" in page


def test_an_upload_is_looked_at_first_and_published_only_then(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)

    offered = send(client, "processes", RENAMED).text
    before = client.get("/studio/processes/self_evaluation").text
    done = publish(client, "processes", RENAMED)

    assert "名称由“负责人签字”改为“领导签字”" in offered and "发布后是第 2 版" in offered
    assert "&#34;sign_self_evaluation&#34;: {&#34;look&#34;: &#34;changed&#34;" in offered
    assert "第 1 版，线上" in before
    assert done.status_code == 303
    page = client.get(done.headers["Location"]).text
    assert "第 2 版，线上" in page and "已发布。" in page and "改为“领导签字”" in page
    with bihuan.unit_of_work() as uow:
        row = versions.version_of(uow.session, "process", "self_evaluation")
        assert (row.version, row.published_by) == (2, "乙")
        audited = select(AuditRow.subject).where(AuditRow.action == "definition.publish")
        assert "process/self_evaluation/2" in uow.session.scalars(audited).all()


def test_an_upload_with_errors_shows_each_at_its_element_and_cannot_be_published(county: Flask) -> None:
    client = entered(county)

    offered = send(client, "processes", BROKEN)
    refused = publish(client, "processes", BROKEN)

    assert offered.status_code == 200 and "有错误，不能发布" in offered.text
    assert "signed_to_finance_check" in offered.text and "publish" not in re.sub(
        r"<form.*?>", "", offered.text
    )
    assert "data-source=" in offered.text
    assert refused.status_code == 422 and "没有发布" in refused.text
    assert "第 1 版，线上" in client.get("/studio/processes/self_evaluation").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('bihuan:form="signature"', 'bihuan:form="signatur"'), "没有表单“signatur”"),
        (('bihuan:decision="grade"', 'bihuan:decision="graad"'), "没有决策“graad”"),
        (('bihuan:operation="record_grade"', 'bihuan:operation="record"'), "没有操作“record”"),
        (('calledElement="finance_check"', 'calledElement="finance"'), "调用的“finance”"),
    ],
)
def test_what_a_diagram_names_in_vain_is_said_at_the_element(
    county: Flask, change: tuple[str, str], said: str
) -> None:
    assert said in send(entered(county), "processes", DIAGRAM.replace(*change)).text


def test_the_same_content_needs_no_publishing(county: Flask) -> None:
    assert "和现在用的相同" in send(entered(county), "processes", DIAGRAM).text


def test_who_compared_with_an_older_version_is_told(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)
    publish(client, "processes", RENAMED)

    answer = publish(client, "processes", DIAGRAM.replace('name="填报自评表"', 'name="填表"'), seen=1)

    assert answer.status_code == 409 and "别人发布了第 2 版" in answer.text


def test_an_older_version_is_published_again_as_the_next(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)
    publish(client, "processes", RENAMED)

    back = post(client, "/studio/processes/self_evaluation/versions/1/publish")
    again = post(client, "/studio/processes/self_evaluation/versions/1/publish")

    page = client.get(back.headers["Location"]).text
    assert "第 3 版，线上" in page and "改为“负责人签字”" in page
    assert again.status_code == 409 and "不用再发布" in again.text
    with bihuan.unit_of_work() as uow:
        kept = versions.versions(uow.session, "process", "self_evaluation")
        assert kept[0].content_hash == kept[2].content_hash != kept[1].content_hash
        publish_factory(uow, by=SYSTEM)
        assert versions.newest(uow.session, "process")[-1].version < 4, "the factory publishes nothing twice"


def test_a_decision_is_published_like_a_diagram(county: Flask) -> None:
    client = entered(county)
    changed = TABLE.replace('<text>"return"</text>', '<text>"stop"</text>', 1)

    offered = send(client, "decisions", changed).text
    publish(client, "decisions", changed)

    assert "第 1 条规则:“结论”由" in offered
    assert "第 2 版，线上" in client.get("/studio/decisions/target_conclusion").text


def test_a_published_form_is_the_one_people_fill_in(county: Flask, bihuan: Bihuan) -> None:
    client = entered(county)
    changed = SIGNATURE.replace("同意报送", "同意上报")

    offered = send(client, "forms", changed).text
    publish(client, "forms", changed, seen=0)

    assert "名称由“同意报送”改为“同意上报”" in offered
    with bihuan.unit_of_work() as uow:
        assert form_of(uow.session, "signature").field_map["agreed"].label == "同意上报"
    assert "同意上报" in client.get("/studio/forms/signature").text


@pytest.mark.parametrize(
    ("folder", "text"),
    [("forms", "{"), ("forms", "[]"), ("processes", "<a"), ("decisions", "<a/>"), ("forms", "\x00")],
)
def test_what_is_no_definition_is_answered_with_what_is_wrong(county: Flask, folder: str, text: str) -> None:
    answer = send(entered(county), folder, text)

    assert (
        answer.status_code == 200
        and "有错误，不能发布" in answer.text
        and 'class="bh-tag is-bad"' in answer.text
    )


@pytest.mark.parametrize(
    ("folder", "text"), [("forms", SIGNATURE), ("processes", DIAGRAM), ("decisions", TABLE)]
)
def test_another_encoding_is_a_problem_and_a_byte_order_mark_is_none(
    county: Flask, folder: str, text: str
) -> None:
    client = entered(county)

    assert "应存为 UTF-8" in send(client, folder, text.encode("gb18030")).text
    assert "和现在用的相同" in send(client, folder, b"\xef\xbb\xbf" + text.encode()).text


def test_an_empty_or_large_upload_is_refused(county: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = entered(county)
    monkeypatch.setattr("host.publishing.offering.LARGEST", 7_000)

    assert "请选择要上传的文件" in send(client, "processes", "").text
    assert "文件最大 7 KB" in send(client, "processes", "x" * 7_001).text


@pytest.mark.parametrize(
    "path", ["processes/nothing", "forms/nothing", "processes/target?version=9", "tables"]
)
def test_what_does_not_exist_is_not_found(county: Flask, path: str) -> None:
    assert entered(county).get(f"/studio/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("processes", 6),
        ("processes/self_evaluation", 9),
        ("decisions/grade", 9),
        ("forms", 6),
        ("forms/signature", 9),
        ("policies", 6),
        ("policies/shawan", 10),
    ],
)
def test_a_page_takes_a_fixed_number_of_statements(
    county: Flask, bihuan: Bihuan, path: str, most: int
) -> None:
    client = entered(county)
    client.get(f"/studio/{path}")
    with statements(bihuan, scopes=True) as said:
        client.get(f"/studio/{path}")

    assert len(said) <= most, "\n".join(said)
