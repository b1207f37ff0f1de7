"""The page of an instance: the sentence, the outline, the diagram and who may see it; always in the same statements."""

import pytest

from host.composition import Bihuan
from tests.integration.engine.committee import statements
from tests.web.desk import Desk, desk_on


@pytest.fixture
def desk(bihuan: Bihuan) -> Desk:
    return desk_on(bihuan)


def test_it_says_whom_it_waits_for_since_when_and_until_when(desk: Desk) -> None:
    page = desk.client("zhang").get(f"/instances/{desk.instance_id}")

    assert page.status_code == 200
    assert "等水利局填报人（张三、李四）认领，今天到手，3月31日 周三 到期" in page.text
    assert "您可以认领。" in page.text
    assert "到期前 10 天" in page.text
    assert "style=" not in page.text


def test_the_outline_says_the_same_without_script_and_holds_called_processes(desk: Desk) -> None:
    page = desk.client("zhang").get(f"/instances/{desk.instance_id}").text

    outline = page[page.index('<ol class="bh-outline"') : page.index("</ol>", page.index("bh-outline"))]
    assert outline.count("<li") == 4
    assert outline.count('aria-current="step"') == 1
    assert "is-depth-1" in outline


def test_a_called_process_has_an_address_and_its_diagram_is_bpmn(desk: Desk) -> None:
    client = desk.client("zhang")

    page = client.get(f"/instances/{desk.instance_id}?chart=inner")
    diagram = client.get(f"/instances/{desk.instance_id}/diagrams/inner")

    assert "流程“流程 inner”第 1 版" in page.text
    assert diagram.mimetype == "application/xml" and b'id="inner"' in diagram.data


@pytest.mark.parametrize("path", ["", "?chart=inner", "/diagrams/outer"])
def test_another_unit_finds_nothing(desk: Desk, path: str) -> None:
    assert desk.client("wang").get(f"/instances/{desk.instance_id}{path}").status_code == 404


def test_the_page_and_its_reader_take_a_fixed_number_of_statements(desk: Desk) -> None:
    client = desk.client("zhang")
    client.get(f"/instances/{desk.instance_id}")
    with statements(desk.bihuan, scopes=True) as said:
        client.get(f"/instances/{desk.instance_id}")

    assert len(said) <= 20, "\n".join(said)
