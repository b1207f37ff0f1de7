"""A form as its page prints it: every field with what was typed, what it comes to, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms.assessing import MISSING, Assessment
from forms.definition import FormDefinition, FormField
from forms.display import display
from forms.fields.numbers import DISPLAY_UNIT
from forms.prefilling import prefilled
from host.filing import Desk

NUMERIC = frozenset({"money", "points", "percent", "share", "integer", "number"})
DONE = {"done": "done", "faulty": "bad", "open": "half", "empty": "ring"}


@dataclass(frozen=True)
class FieldView:
    """One field or cell. path: its address, also as its name in the browser; shown: what people read."""

    field: FormField
    path: str
    typed: Any
    shown: str
    unit: str
    options: tuple[tuple[str, str], ...]
    given: bool
    faults: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """Whether figures stand here, to the right."""
        return self.field.type in NUMERIC or isinstance(self.typed, Decimal) or self.field.is_computed


@dataclass(frozen=True)
class TableView:
    """A table. grows: whether people may add rows, because none were approved before."""

    field: FormField
    rows: tuple[tuple[FieldView, ...], ...]
    grows: bool
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class SectionView:
    """A section with its state; icon: the sign of the state."""

    key: str
    title: str
    help: str
    state: str
    icon: str
    errors: int
    parts: tuple[FieldView | TableView, ...]


@dataclass(frozen=True)
class FormView:
    """A whole form as it stands; faults and warnings: (path, sentence) in the order of the form."""

    definition: FormDefinition
    sections: tuple[SectionView, ...]
    faults: tuple[tuple[str, str], ...]
    warnings: tuple[tuple[str, str], ...]
    standing: Assessment

    @property
    def done(self) -> int:
        """How many sections are done."""
        return sum(one.state == "done" for one in self.sections)


class _Viewing:
    def __init__(self, desk: Desk, raw: Mapping[str, Any], standing: Assessment, checked: bool) -> None:
        self.desk, self.raw, self.standing = desk, raw, standing
        self.errors = [e for e in standing.errors if checked or e.code not in MISSING]
        self.approved = prefilled(desk.definition, context=desk.context, functions=desk.functions)

    def said(self, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        faults = tuple(error.text for error in self.errors if error.path == path)
        return faults, tuple(text for _, at, text in self.standing.warnings if at == path)

    def one(self, field: FormField, path: str, typed: Any, clean: Any, given: bool) -> FieldView:
        options = tuple((option.value, option.label) for option in field.options)
        if field.options_from is not None:
            options = tuple((value, value) for value in self.standing.options.get(field.name, ()))
        if field.type == "boolean":
            options = (("是", "是"), ("否", "否"))
        shown = "" if clean is None else _label(field, clean)
        unit = field.unit or DISPLAY_UNIT.get(field.type, "")
        return FieldView(field, path, typed, shown, unit, options, given, *self.said(path))

    def part(self, field: FormField) -> FieldView | TableView:
        typed, clean = self.raw.get(field.name), self.standing.values.get(field.name)
        if field.type != "table":
            return self.one(field, field.name, typed, clean, False)
        fixed = field.baseline is not None and bool(self.approved.get(field.name))
        rows = list(typed) if isinstance(typed, list) else []
        known = list(clean) if isinstance(clean, list) else []
        views = []
        for number in range(len(rows) + (not fixed)):  # a spare row to type into
            row = rows[number] if number < len(rows) else {}
            worth = known[number] if number < len(known) else {}
            cells = [
                self.one(
                    column,
                    f"{field.name}[{number}].{column.name}",
                    row.get(column.name),
                    worth.get(column.name),
                    fixed and (column.locked or column.name == field.key),
                )
                for column in field.columns
            ]
            views.append(tuple(cells))
        return TableView(field, tuple(views), not fixed, *self.said(field.name))


def view_of(desk: Desk, raw: Mapping[str, Any], standing: Assessment, *, checked: bool) -> FormView:
    """Return the form for its page. checked: say also what is only missing yet, as after a check."""
    viewing = _Viewing(desk, raw, standing, checked)
    states = {one.key: one for one in standing.sections}
    sections = tuple(
        SectionView(
            section.key,
            section.title,
            section.help,
            states[section.key].state,
            DONE[states[section.key].state],
            states[section.key].errors,
            tuple(viewing.part(field) for field in section.fields),
        )
        for section in desk.definition.sections
    )
    faults = tuple((error.path, error.text) for error in viewing.errors)
    warnings = tuple((path, text) for _, path, text in standing.warnings)
    return FormView(desk.definition, sections, faults, warnings, standing)


def computed(view: FormView) -> dict[str, str]:
    """Return what the system computed so far, by path."""
    found: dict[str, str] = {}
    for section in view.sections:
        for part in section.parts:
            cells = [cell for row in part.rows for cell in row] if isinstance(part, TableView) else [part]
            found |= {cell.path: cell.shown for cell in cells if cell.field.is_computed}
    return found


def _label(field: FormField, clean: Any) -> str:
    text = display(field, clean)
    if field.is_computed and isinstance(clean, Decimal):
        return f"{clean * 100:.2f}%" if field.name.endswith("_share") else f"{clean:.2f}"
    return text
