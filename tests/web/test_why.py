"""Why a decision came out as it did: inputs, the rule that matched in its whole table, the version that was asked."""

import re
from uuid import UUID

import pytest

from engine import definitions, instances
from engine.access import SYSTEM
from host.composition import Bihuan
from tests.integration.engine.committee import statements
from tests.integration.engine.stage import order, published
from tests.integration.engine.test_deciding import GRADE, GRADED, limits
from tests.web.desk import Desk, desk_on


@pytest.fixture
def desk(bihuan: Bihuan) -> Desk:
    return desk_on(bihuan)


def decided(desk: Desk, score: int) -> UUID:
    with desk.bihuan.unit_of_work() as uow:
        definitions.publish_decision(uow, limits(60), by=SYSTEM)
        definitions.publish_decision(uow, GRADE, by=SYSTEM)
        return instances.start(uow, order("graded", published(uow, GRADED), data={"score": score}), by=SYSTEM)


@pytest.mark.parametrize(("score", "rule", "other"), [(70, "good", "bad"), (30, "bad", "good")])
def test_the_rule_that_matched_is_marked_in_its_table(desk: Desk, score: int, rule: str, other: str) -> None:
    page = desk.client("zhang").get(f"/instances/{decided(desk, score)}").text

    why = page[page.index('id="why"') : page.index('id="story"')]
    assert f"<dt>得分</dt><dd>{score}</dd>" in why
    assert "第 1 版" in why and "看整张规则表" in why
    assert re.search(rf'<tr id="{rule}" class="is-hit" aria-current="true">', why)
    assert f'<tr id="{other}" >' in why
    assert "&gt;= 界限.线" in why and "SW-R05" in why


def test_an_instance_shows_the_table_it_was_decided_by_not_the_newest(desk: Desk) -> None:
    instance_id = decided(desk, 70)
    with desk.bihuan.unit_of_work() as uow:
        definitions.publish_decision(uow, GRADE.replace(b"SW-R05", b"SW-R99"), by=SYSTEM)

    page = desk.client("zhang").get(f"/instances/{instance_id}").text

    assert "SW-R05" in page and "SW-R99" not in page


def test_tables_cost_one_statement_at_most(desk: Desk) -> None:
    instance_id, client = decided(desk, 70), desk.client("zhang")
    client.get(f"/instances/{instance_id}")
    with statements(desk.bihuan, scopes=True) as said:
        client.get(f"/instances/{instance_id}")

    assert len(said) <= 20, "\n".join(said)
