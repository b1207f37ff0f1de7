"""Where everything stands in the workbook of a form. The definition alone decides, so nothing in a file is believed."""

import re
from dataclasses import dataclass

from forms.definition import FormDefinition, FormField

FACTS = "_bihuan"
FIELDS = "填报"
FIRST_ROW = 4
HEAD_ROW = 3
LONGEST_TITLE = 28
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field outside tables: its row on the first sheet."""

    field: FormField
    row: int


@dataclass(frozen=True, slots=True)
class TablePlace:
    """A table: its sheet; column k of the definition stands in column k + 1, computed ones too."""

    field: FormField
    sheet: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a form, and the row of each section's heading."""

    fields: tuple[FieldPlace, ...]
    tables: tuple[TablePlace, ...]
    headings: tuple[tuple[int, str], ...]


def layout_of(definition: FormDefinition) -> Layout:
    """Return where the fields of a form stand."""
    fields: list[FieldPlace] = []
    tables: list[TablePlace] = []
    headings: list[tuple[int, str]] = []
    row = FIRST_ROW
    for section in definition.sections:
        plain = [field for field in section.fields if field.type != "table"]
        if plain:
            headings.append((row, section.title))
            fields += [FieldPlace(field, row + 1 + number) for number, field in enumerate(plain)]
            row += len(plain) + 2
        for field in section.fields:
            if field.type == "table":
                tables.append(TablePlace(field, _title(field.label, len(tables) + 2)))
    return Layout(tuple(fields), tuple(tables), tuple(headings))


def _title(label: str, number: int) -> str:
    return f"{number} {_FORBIDDEN.sub(' ', label)[:LONGEST_TITLE]}"
