"""A workbook of plain tables is the same file whenever it is made."""

from datetime import UTC, datetime
from io import BytesIO

from openpyxl import load_workbook

from ledger.figures.sheet import workbook

DATED = datetime(2021, 1, 1, tzinfo=UTC)


def test_a_workbook_names_the_moment_it_was_given_and_no_other() -> None:
    made = load_workbook(BytesIO(workbook([("部门", ["名称"], [["水利局"]])], dated=DATED)))

    assert made.properties.created == made.properties.modified == DATED.replace(tzinfo=None)
