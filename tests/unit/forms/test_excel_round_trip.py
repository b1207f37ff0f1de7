"""A form goes out as a sheet, is filled away from the system, and comes back cell by cell."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook

from forms import library
from forms.assessing import assess
from forms.prefilling import prefilled
from forms.retyping import as_typed
from forms.validation import validate
from forms.xlsx.comparing import changes, taken_over
from forms.xlsx.errors import SheetUnreadable
from forms.xlsx.layout import FACTS, FIELDS, HEAD_ROW, layout_of
from forms.xlsx.reading import read
from forms.xlsx.stamping import SheetFacts, check_code
from forms.xlsx.writing import write
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS
from tests.unit.forms.test_half_filled import BASELINE

KEYS = library.keys()
SECRET = b"a secret of this site"


def sheet(key: str, raw: dict[str, Any], **context: Any) -> bytes:
    definition = library.load(key)
    standing = assess(definition, raw, context={**CONTEXT, **context}, functions=FUNCTIONS)
    facts = SheetFacts(key, definition.version_label, "task-1", 3, "2022-02-09T10:00:00+08:00")
    return write(definition, raw, standing=standing, facts=facts, key=SECRET, title="高标准农田建设")


def edited(data: bytes, sheet_name: str, cell: str, value: Any, number_format: str = "@") -> bytes:
    book = load_workbook(io.BytesIO(data))
    book[sheet_name][cell].value = value
    book[sheet_name][cell].number_format = number_format
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def typed_example(key: str) -> dict[str, Any]:
    definition = library.load(key)
    filed = validate(definition, EXAMPLES[key], context=CONTEXT, functions=FUNCTIONS)
    return as_typed(definition, filed.values)


@pytest.mark.parametrize("key", KEYS)
def test_a_filled_sheet_comes_back_as_it_went(key: str) -> None:
    definition, raw = library.load(key), typed_example(key)

    back = read(definition, sheet(key, raw), key=SECRET)

    assert changes(definition, raw, back.raw) == []
    again = validate(definition, back.raw, context=CONTEXT, functions=FUNCTIONS)
    assert again.values == validate(definition, raw, context=CONTEXT, functions=FUNCTIONS).values
    assert (back.facts.task, back.facts.revision) == ("task-1", 3)


def test_each_edited_cell_is_one_difference_in_words() -> None:
    definition, raw = library.load("self_evaluation"), typed_example("self_evaluation")
    places = layout_of(definition)
    row = next(place.row for place in places.fields if place.field.name == "executed_amount")
    lines = next(place for place in places.tables if place.field.name == "lines")
    column = [one.name for one in lines.field.columns].index("actual")
    data = edited(sheet("self_evaluation", raw), FIELDS, f"B{row}", 12.5)
    data = edited(data, lines.sheet, f"{chr(65 + column)}{HEAD_ROW + 1}", 0.5, "0%")

    found = changes(definition, raw, read(definition, data, key=SECRET).raw)

    assert [(one.path, one.kind, one.after) for one in found] == [
        ("executed_amount", "changed", "12.5"),
        ("lines[0].actual", "changed", "50%"),
    ]
    assert found[1].place == "绩效指标 第 1 行 实际完成值"


def test_approved_cells_are_not_taken_over_but_their_change_is_shown() -> None:
    definition = library.load("self_evaluation")
    raw = prefilled(definition, context={**CONTEXT, "baseline": BASELINE}, functions=FUNCTIONS)
    lines = next(place for place in layout_of(definition).tables if place.field.name == "lines")
    column = [one.name for one in lines.field.columns].index("target")
    data = edited(
        sheet("self_evaluation", raw, baseline=BASELINE),
        lines.sheet,
        f"{chr(65 + column)}{HEAD_ROW + 1}",
        "12",
    )

    back = read(definition, data, key=SECRET)

    assert [(one.path, one.locked) for one in changes(definition, raw, back.raw)] == [
        ("lines[0].target", True)
    ]
    assert taken_over(definition, raw, back.raw)["lines"][0]["target"] == "24"


def test_rows_added_and_removed_are_told() -> None:
    definition = library.load("target_filing")
    raw = typed_example("target_filing")
    table = next(field for field in definition.fields if field.type == "table" and raw.get(field.name))
    fewer = {**raw, table.name: raw[table.name][:-1]}

    assert changes(definition, raw, fewer)[-1].kind == "removed"
    assert changes(definition, fewer, raw)[-1].kind == "added"


def test_a_formula_typed_into_a_text_stays_text() -> None:
    raw = {"goal_result": '=HYPERLINK("http://x","y")'}

    book = load_workbook(io.BytesIO(sheet("self_evaluation", raw)))

    cells = [cell for line in book[FIELDS].iter_rows() for cell in line if cell.value == raw["goal_result"]]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a zip", "sheet.not_xlsx"),
        (b"x" * (9 * 1024 * 1024), "sheet.too_large"),
    ],
)
def test_what_is_no_sheet_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        read(library.load("signature"), data, key=SECRET)

    assert refused.value.code == code


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (80 * 1024 * 1024))

    with pytest.raises(SheetUnreadable) as refused:
        read(library.load("signature"), packed.getvalue(), key=SECRET)

    assert refused.value.code == "sheet.too_large"


def test_a_sheet_with_macros_is_refused() -> None:
    packed = io.BytesIO(sheet("signature", {}))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")

    with pytest.raises(SheetUnreadable) as refused:
        read(library.load("signature"), packed.getvalue(), key=SECRET)

    assert refused.value.code == "sheet.hostile"


def test_a_sheet_of_another_site_or_with_changed_facts_is_refused() -> None:
    data = sheet("signature", {})

    for other, key in ((data, b"another secret"), (edited(data, FACTS, "B3", "task-2"), SECRET)):
        with pytest.raises(SheetUnreadable) as refused:
            read(library.load("signature"), other, key=key)
        assert refused.value.code == "sheet.foreign"


def test_a_sheet_of_another_form_or_version_says_so() -> None:
    data = sheet("signature", {})
    definition = library.load("signature")

    with pytest.raises(SheetUnreadable) as refused:
        read(library.load("monitoring"), data, key=SECRET)
    assert refused.value.code == "sheet.other_form"
    with pytest.raises(SheetUnreadable) as refused:
        read(replace(definition, version=99), data, key=SECRET)
    assert refused.value.code == "sheet.other_version"


def test_the_check_code_follows_the_content_not_the_order() -> None:
    assert check_code({"a": 1, "b": "x"}) == check_code({"b": "x", "a": 1})
    assert check_code({"a": 1}) != check_code({"a": 2})
