"""What another policy would change on a ledger: which items, why, how much."""

from decimal import Decimal

from engine.dmn.reading import read
from ledger.importing.ledger_file import Department, LedgerFile, Project
from ledger.policy.pack import load
from ledger.whatif.comparing import Comparison, compare
from ledger.whatif.side import Side, factory_table

PACK = load("cn-default")


def project(number: int, score: int) -> Project:
    """Return an evaluated project of 100 万元."""
    return Project(
        f"P{number}",
        "D1",
        f"项目{number}",
        10_000,
        exec=9_000,
        exec_score=900,
        self_score=score,
        fin_score=score,
    )


def ledger(*scores: int) -> LedgerFile:
    """Return a county with one project per score (×100)."""
    rows = tuple(project(number, score) for number, score in enumerate(scores))
    return LedgerFile(2022, (Department("D1", "教育局"),), rows)


def changes(found: Comparison, decision: str) -> list[tuple[str, object, object]]:
    """Return project, before and after of one decision."""
    return [(one.project_id, one.before, one.after) for one in found.changes if one.decision == decision]


def test_another_limit_moves_the_grades_between_the_two_and_no_other() -> None:
    bands = [["优", 90, 100], ["良", 80, 90], ["中", 70, 80], ["差", 0, 70]]
    after = Side(PACK.resolve(2022, {"grading.bands": bands}))

    found = compare(ledger(9500, 6500, 7000, 5900), Side(PACK.resolve(2022)), after)

    assert changes(found, "D08") == [("P1", "中", "差")]
    assert "评价等级分档" in next(one.why for one in found.changes if one.decision == "D08")


def test_a_new_cut_is_counted_in_yuan() -> None:
    after = Side(PACK.resolve(2022, {"result.deduct_below_score": 80}))

    found = compare(ledger(6000, 9000), Side(PACK.resolve(2022)), after)

    assert changes(found, "D16") == [("P0", "0", "0.25")]
    total = next(one for one in found.totals if one["decision"] == "D16")
    assert (total["compared"], total["changed"], total["amount"]) == (2, 1, Decimal(250_000))


def test_another_table_is_the_reason_itself() -> None:
    table = factory_table("grade").replace("所属档次.等级</text>".encode(), '"良"</text>'.encode())
    assert read(table).key == "grade"

    found = compare(ledger(9500), Side(PACK.resolve(2022)), Side(PACK.resolve(2022), {"grade": table}))

    assert changes(found, "D08") == [("P0", "优", "良")]
    assert "换了决策表 grade" in found.changes[0].why


def test_what_cannot_be_compared_is_said() -> None:
    found = compare(ledger(9500), Side(PACK.resolve(2022)), Side(PACK.resolve(2022)))

    assert found.changes == []
    assert {"D01", "D02", "D06", "D24"} <= set(found.silent)
