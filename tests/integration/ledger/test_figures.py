"""The published figures of a real county come out of what tasks would have written (needs ../shared)."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.clock import SystemClock
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from ledger.findings.finding import Inquiry
from ledger.findings.registry import find_all
from ledger.measures.catalogue import catalogue
from ledger.measures.measure import Figure, Year, ask_all, rows
from tests.integration.ledger.county import POLICY, Clerk
from tests.integration.ledger.replay import replay

SHARED = Path(__file__).parents[4] / "shared" / "domain"
STAGES = {
    2021: {"self_evaluation", "whole_self_evaluation", "dept_evaluation", "key_evaluation"},
    2022: {
        "pre_evaluation",
        "target",
        "whole_target",
        "monitoring",
        "whole_monitoring",
        "track_target",
        "track_monitoring",
        "track_self_evaluation",
    },
}
pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the published figures are not beside this project"
)


class _Undone(Exception):
    """Thrown to roll the replayed year back."""


@pytest.fixture(scope="module", params=[2021, 2022])
def year(
    request: pytest.FixtureRequest, database: Any, server_folder: Path
) -> Iterator[tuple[int, UnitOfWork, Clerk]]:
    """One replayed year, for all tests of this module."""
    number: int = request.param
    ledger = json.loads((SHARED / f"ledger_shawan_{number}.json").read_text("utf-8"))
    settings = Settings.read({"BIHUAN_DATA_DIR": str(server_folder)})
    try:
        with Bihuan(settings, clock=SystemClock(), database=database).unit_of_work() as uow:
            yield number, uow, replay(uow, ledger)
            raise _Undone
    except _Undone:
        pass


def _figures(session: Session, number: int, clerk: Clerk) -> dict[str, Figure]:
    measures = catalogue(POLICY, STAGES[number])
    return ask_all(session, measures, Year(clerk.county.id, number, excluded_classes=1))


def test_every_published_statistic_is_reproduced(year: tuple[int, UnitOfWork, Clerk]) -> None:
    number, uow, clerk = year
    published = [
        figure
        for figure in json.loads((SHARED / "figures.json").read_text("utf-8"))["figures"]
        if (figure["loc_code"], figure["year"], figure["kind"]) == ("SW", number, "statistic")
    ]

    found = _figures(uow.session, number, clerk)

    wrong = {
        figure["measure_key"]: (figure["value"], found[figure["measure_key"]].printed)
        for figure in published
        if Decimal(found[figure["measure_key"]].printed) != Decimal(str(figure["value"]))
        or found[figure["measure_key"]].measure.unit != figure["unit"]
    }
    assert not wrong


def test_the_rows_behind_a_figure_are_as_many_as_it_says(year: tuple[int, UnitOfWork, Clerk]) -> None:
    number, uow, clerk = year
    scope = Year(clerk.county.id, number, excluded_classes=1)
    measures = catalogue(POLICY, STAGES[number])

    for key, figure in ask_all(uow.session, measures, scope).items():
        columns, listed = rows(uow.session, measures, key, scope)

        assert len(listed) == figure.rows, key
        assert list(columns[:4]) == ["code", "name", "department_code", "department"]


def test_what_the_year_broke_is_found(year: tuple[int, UnitOfWork, Clerk]) -> None:
    number, uow, clerk = year
    provenance = {
        "dept_eval.min_amount_share": ["R1"],
        "key_eval.min_projects": ["R2"],
        "monitoring.scope": ["R3"],
    }
    inquiry = Inquiry(uow.session, clerk.county.id, number, POLICY, provenance)

    findings = find_all(inquiry, STAGES[number])

    counted = {
        rule: sum(1 for finding in findings if finding.rule_id == rule)
        for rule in ("X01", "X20", "L24", "R3")
    }
    expected = {
        2021: {"X01": 151, "X20": 23, "L24": 0, "R3": 0},
        2022: {"X01": 0, "X20": 0, "L24": 114, "R3": 1},
    }
    assert counted == expected[number]
