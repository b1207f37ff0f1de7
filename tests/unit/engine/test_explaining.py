"""Why a decision came out, from what the history keeps."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.dmn.reading import read
from engine.dmn.wording import wording
from engine.explaining import explanation, facts
from engine.library import Paper

DECISIONS = Path(__file__).parents[3] / "workflows" / "decisions"
POLICY = {"grading": {"bands": [["优", 90, 100], ["良", 0, 90]]}}


def kept(key: str, **inputs: Any) -> dict[str, Any]:
    """Return what the history keeps of a factory decision."""
    xml = (DECISIONS / f"{key}.dmn").read_bytes()
    outcome = read(xml).decide(key, {"policy": POLICY, **inputs})
    return facts(key, outcome, Paper("c0ffee", 3, wording(xml)))


def test_the_matched_rows_are_kept_with_the_text_of_their_cells() -> None:
    data = kept("finance_routing", track="ppp")

    assert (data["key"], data["version"], data["hash"], data["outputs"]) == (
        "finance_routing", 3, "c0ffee", "economic_construction",
    )  # fmt: skip
    assert data["rules"][0]["when"] == [["专项类别", '"ppp", "state_capital"']]
    assert "SW-R59" in data["rules"][0]["note"]


def test_a_grade_is_explained_by_its_band_and_the_policy_is_not_copied() -> None:
    data = kept("grade", score=Decimal("92.3"))

    assert "policy" not in str(data) and "当年政策包" not in data["inputs"]
    said = explanation(data)
    assert "得分 为 92.3" in said and "下限 90" in said and "评定等级=优" in said and "第 3 版" in said


def test_an_event_of_an_older_release_can_be_explained() -> None:
    assert "grade=优" in explanation({"key": "grade", "outputs": "优"})
