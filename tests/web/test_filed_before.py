"""Who judges reads what was filed before the task came to him, and nothing that is filed beside him."""

import re

from host.composition import Bihuan
from tests.integration.engine.stage import PREPARER, REVIEWER
from tests.web.at_work import COLLEAGUE, at_desk, checking, filling, next_task


def test_a_reviewer_opens_what_was_filed_and_comes_back(bihuan: Bihuan) -> None:
    first = filling(bihuan, "先看材料")
    filer, reviewer = at_desk(bihuan, PREPARER), at_desk(bihuan, REVIEWER)
    filer.do(f"/tasks/{first}/claim")
    filer.do(f"/tasks/{first}/review", agreed="是", opinion="已经核对过原件。")
    second = next_task(bihuan, first)

    pane = reviewer.page(f"/inbox?task={second}")
    found = re.search(rf"/tasks/{second}/filed/{first}", pane)
    assert found
    paper = reviewer.page(found[0])

    assert "已经核对过原件。" in paper
    assert PREPARER.name in paper
    assert f"/inbox?task={second}" in paper


def test_what_was_taken_back_or_comes_later_is_not_shown(bihuan: Bihuan) -> None:
    first = filling(bihuan, "拿回的材料")
    filer = at_desk(bihuan, PREPARER)
    filer.do(f"/tasks/{first}/claim")
    assert "前面提交的材料" not in filer.page(f"/inbox?task={first}")
    filer.do(f"/tasks/{first}/review", agreed="是")
    second = next_task(bihuan, first)

    filer.do(f"/tasks/{first}/withdraw")

    assert filer.client.get(f"/tasks/{first}/filed/{second}").status_code == 404


def test_nobody_reads_the_papers_of_a_task_that_does_not_concern_him(bihuan: Bihuan) -> None:
    first = filling(bihuan, "别人的材料")
    filer = at_desk(bihuan, PREPARER)
    filer.do(f"/tasks/{first}/claim")
    filer.do(f"/tasks/{first}/review", agreed="是")
    second, other = next_task(bihuan, first), checking(bihuan, "另一件")
    colleague = at_desk(bihuan, COLLEAGUE)
    assert colleague.client.get(f"/tasks/{second}/filed/{first}").status_code == 200

    assert filer.client.get(f"/tasks/{second}/filed/{first}").status_code == 404
    assert colleague.client.get(f"/tasks/{other}/filed/{first}").status_code == 404


def test_programs_read_what_was_filed_by_the_same_rules(bihuan: Bihuan) -> None:
    first = filling(bihuan, "给程序看的材料")
    filer, reviewer = at_desk(bihuan, PREPARER), at_desk(bihuan, REVIEWER)
    own, api = f"/api/v1/tasks/{first}/filed", "/api/v1/tasks"
    filer.do(f"/tasks/{first}/claim")
    assert filer.client.get(own).get_json()["code"] == "form.not_filed"
    filer.do(f"/tasks/{first}/review", agreed="是", opinion="已经核对过原件。")
    second = next_task(bihuan, first)

    [before] = reviewer.client.get(f"{api}/{second}/papers").get_json()["items"]
    paper = reviewer.client.get(f"{api}/{second}/papers/{first}").get_json()

    assert (before["task_id"], before["by"]) == (str(first), PREPARER.name)
    assert paper["values"] == {"agreed": "是", "opinion": "已经核对过原件。"}
    assert filer.client.get(own).get_json() == paper
    assert filer.client.get(f"{api}/{second}/papers/{first}").status_code == 404
