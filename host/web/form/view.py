"""A form as its page prints it: every field with what was typed, what it comes to, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from forms.assessing import MISSING, Assessment
from forms.definition import FormDefinition, FormField
from forms.display import display
from forms.errors import FieldError
from forms.fields.numbers import DISPLAY_UNIT
from forms.prefilling import offered, prefilled
from forms.sums import addends
from host.filing import Desk
from host.web.form.grid import Beside, GridRow, TableView, laid_out
from host.web.refusals import refusal

NUMERIC = frozenset({"money", "points", "percent", "share", "integer", "number"})
DONE = {"done": "done", "faulty": "bad", "open": "half", "empty": "ring"}


@dataclass(frozen=True)
class FieldView:
    """One field or cell. path: its address, also as its name in the browser; shown: what people read.

    given: it was approved before; quiet: nothing asks for it, so it may stay folded; sum: the arithmetic of a total
    that its rows give, "" where people type it.
    """

    field: FormField
    path: str
    typed: Any
    shown: str
    unit: str
    options: tuple[tuple[str, str], ...]
    given: bool
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    quiet: bool = False
    sum: str = ""

    @property
    def numeric(self) -> bool:
        """Whether figures stand here, to the right."""
        return self.field.type in NUMERIC or isinstance(self.typed, Decimal) or self.field.is_computed


@dataclass(frozen=True)
class SectionView:
    """A section with its state; icon: the sign of the state; mine: whether the reader fills it in."""

    key: str
    title: str
    help: str
    state: str
    icon: str
    errors: int
    parts: tuple[FieldView | TableView, ...]
    filled_by: str = "any"
    mine: bool = True


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

    @property
    def cells(self) -> list[FieldView]:
        """Every field and cell of the form."""
        found: list[FieldView] = []
        for part in (part for section in self.sections for part in section.parts):
            found += part.fields if isinstance(part, TableView) else [part]
        return found


class _Viewing:
    def __init__(
        self, desk: Desk, raw: Mapping[str, Any], standing: Assessment, checked: bool, beside: Beside
    ) -> None:
        self.desk, self.raw, self.standing, self.beside = desk, raw, standing, beside
        self.errors = [
            _placed(desk.definition, e) for e in standing.errors if checked or e.code not in MISSING
        ]
        self.asked = {_placed(desk.definition, e).path for e in standing.errors}
        self.approved = prefilled(desk.definition, context=desk.context, functions=desk.functions)

    def said(self, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        faults = tuple(refusal(error.text) for error in self.errors if error.path == path)
        return faults, tuple(text for _, at, text in self.standing.warnings if at == path)

    def one(self, field: FormField, path: str, typed: Any, clean: Any, given: bool) -> FieldView:
        options = tuple((option.value, option.label) for option in field.options)
        if field.options_from is not None:
            options = tuple((value, value) for value in self.standing.options.get(field.name, ()))
        if field.type == "boolean":
            options = (("是", "是"), ("否", "否"))
        named = self.desk.context.get("candidates") if field.type == "choices" and not options else None
        options = tuple(named.items()) if named else options
        shown = "" if clean is None else label_of(field, clean)
        if named and clean:
            shown = "；".join(named.get(code, code) for code in clean)
        unit = field.unit or DISPLAY_UNIT.get(field.type, "")
        faults, warnings = self.said(path)
        remarks = tuple(self.beside.remarks.get(path, ()))
        said = faults or warnings or remarks or path in self.asked
        blank = typed in (None, "", []) or (field.type == "boolean" and typed == "否")
        quiet = bool(blank and not said and not field.required and not field.is_computed)
        total = self.arithmetic(field)
        return FieldView(
            field, path, typed, shown, unit, options, given, faults, warnings, remarks, quiet, total
        )

    def arithmetic(self, field: FormField) -> str:
        """Return the sum that gives a total, as people would write it down."""
        parts = [label_of(field, one) for one in addends(field, self.standing.values)]
        return " + ".join(parts)

    def part(self, field: FormField) -> FieldView | TableView:
        typed, clean = self.raw.get(field.name), self.standing.values.get(field.name)
        if field.type != "table":
            return self.one(field, field.name, typed, clean, False)
        fixed = field.baseline is not None and bool(self.approved.get(field.name))
        rows = offered(field, typed if isinstance(typed, list) else [])
        known = list(clean) if isinstance(clean, list) else []
        found = [
            GridRow(
                self.row(field, n, row, known[n] if n < len(known) else {}, fixed),
                spare=bool(field.offered) and set(row) == {field.key},
            )
            for n, row in enumerate(rows)
        ]
        fixed = fixed or bool(field.offered)
        if not fixed:  # a spare row to type into
            found.append(GridRow(self.row(field, len(rows), {}, {}, fixed), spare=True))
        return laid_out(field, found, not fixed, self.beside, self.said(field.name))

    def row(
        self, table: FormField, number: int, typed: Mapping[str, Any], clean: Mapping[str, Any], fixed: bool
    ) -> dict[str, FieldView]:
        is_offered = typed.get(str(table.key)) in table.offered
        cells = {
            column.name: self.one(
                column,
                f"{table.name}[{number}].{column.name}",
                typed.get(column.name),
                clean.get(column.name),
                (fixed and column.locked) or (column.name == table.key and (fixed or is_offered)),
            )
            for column in table.columns
        }
        return {name: replace(cell, quiet=cell.quiet and not table.offered) for name, cell in cells.items()}


def view_of(
    desk: Desk, raw: Mapping[str, Any], standing: Assessment, *, checked: bool, beside: Beside | None = None
) -> FormView:
    """Return the form for its page. checked: say also what is only missing yet, as after a check.

    beside: what else stands at the fields: last year's rows, remarks, whose part it is.
    """
    beside = beside or Beside()
    viewing = _Viewing(desk, raw, standing, checked, beside)
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
            section.filled_by,
            section.filled_by not in beside.others,
        )
        for section in desk.definition.sections
    )
    faults = tuple((error.path, refusal(error.text)) for error in viewing.errors)
    warnings = tuple((path, text) for _, path, text in standing.warnings)
    return FormView(desk.definition, sections, faults, warnings, standing)


def computed(view: FormView) -> dict[str, str]:
    """Return what the system computed so far, by path."""
    return {cell.path: cell.shown for cell in view.cells if cell.field.is_computed}


def sums(view: FormView) -> dict[str, tuple[str, str]]:
    """Return every total by path: (what it comes to, its arithmetic), or two blanks where people type it."""
    cells = [cell for cell in view.cells if cell.field.sum_of is not None]
    return {cell.path: (cell.shown, cell.sum) if cell.sum else ("", "") for cell in cells}


def said(view: FormView) -> dict[str, list[tuple[str, str]]]:
    """Return what is wrong or doubtful so far, by path: (`bad` or `warn`, sentence)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, text in view.faults:
        found.setdefault(path, []).append(("bad", text))
    for path, text in view.warnings:
        found.setdefault(path, []).append(("warn", text))
    return found


def asked(view: FormView) -> list[str]:
    """Return the cells that need not stay folded."""
    return [cell.path for cell in view.cells if not cell.quiet]


def _placed(definition: FormDefinition, error: FieldError) -> FieldError:
    """Say what only a reason is missing for where the reason is to be written."""
    head, bracket, column = error.path.rpartition("].")
    rules = definition.field_map[head.split("[")[0]].rules if bracket else definition.rules
    name = column if bracket else error.path
    reason = next((r.reason for r in rules if r.id == error.code and r.path == name and r.reason), None)
    return FieldError(f"{head}{bracket}{reason}", error.code, error.text) if reason else error


def _computed(field: FormField, clean: Decimal) -> str:
    if field.name.endswith("_share"):
        return f"{clean * 100:.2f}%"
    counts = field.expression is not None and field.expression.source.startswith("count(")
    return f"{clean:.0f}" if counts else f"{clean:.2f}"


def label_of(field: FormField, clean: Any) -> str:
    """Return a clean value as the page prints it, without its unit."""
    if isinstance(clean, list):
        return "、".join(label_of(field, one) for one in clean)
    if isinstance(clean, str) and not field.personal:  # whole: a form is read here, no sentence quotes it
        return next((one.label for one in field.options if one.value == clean), clean)
    text = display(field, clean)
    if field.is_computed and isinstance(clean, Decimal):
        return _computed(field, clean)
    if field.type in ("points", "measurement", "number") and isinstance(clean, Decimal):
        return f"{clean:,f}".rstrip("0").rstrip(".") if "." in f"{clean:f}" else f"{clean:,f}"
    return text
