"""A form as data: sections, fields, rules. Immutable, compiled, addressed by its content hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from engine.feel.compiling import Compiled
from forms.looks import Card, Earlier, Figure, GridColumn, Meter
from forms.sentence import Sentence
from forms.sums import SumOf


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice: what is stored, what is shown, and what else is understood."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A condition over the clean values; it fires when `when` is true (null does not fire).

    severity: error | confirm (passes once the field `reason` is filled) | warning.
    path: the field that is marked; in a table, a column.
    """

    id: str
    severity: str
    when: Compiled
    path: str
    text: Sentence
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class FormField:
    """One field, or one column of a table. Limits are in the unit shown to people (money: 万元).

    default_from: what it begins with, over the context.
    sum_of: it is the total of that column where rows have values; offered: keys of the rows a table begins with.
    locked, starts: a column that the baseline fills in, and one that it only begins. baseline_moves: it says how things stand,
    not what was approved: locked columns are taken anew each time.
    """

    name: str
    type: str
    label: str
    help: str = ""
    unit: str = ""
    required: bool = False
    required_when: Compiled | None = None
    options: tuple[Option, ...] = ()
    options_from: Compiled | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int | None = None
    max_length: int | None = None
    default: Any = None
    default_from: Compiled | None = None
    placeholder_allowed: bool = False
    locked: bool = False
    starts: bool = False
    personal: bool = False
    printed: bool = True
    expression: Compiled | None = None
    columns: tuple["FormField", ...] = ()
    rules: tuple[Rule, ...] = ()
    key: str | None = None
    baseline: Compiled | None = None
    baseline_moves: bool = False
    min_rows: int = 0
    max_rows: int = 500
    grid: tuple[GridColumn, ...] = ()
    earlier: Earlier | None = None
    sum_of: SumOf | None = None
    offered: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        """Say whether people must type it; a total may come from its rows instead."""
        return self.required and self.sum_of is None

    @property
    def is_computed(self) -> bool:
        """Say whether the system gives the value."""
        return self.type == "computed"

    @cached_property
    def column_map(self) -> Mapping[str, "FormField"]:
        """Columns by name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A part of the form that one person can fill; filled_by: business | finance | any."""

    key: str
    title: str
    help: str
    filled_by: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """One version of one form.

    context: names the rules read besides the fields; a caller must give them.
    optional_context: names that are null when not given.
    functions: FEEL functions that a caller must inject.
    """

    key: str
    version: int
    title: str
    help: str
    orientation: str
    context: tuple[str, ...]
    optional_context: tuple[str, ...]
    functions: tuple[str, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    content_hash: str
    card: Card | None = None
    meter: Meter | None = None
    figures: tuple[Figure, ...] = ()

    @property
    def version_label(self) -> str:
        """Name the version so that an edit without a new number still shows: `1+3fa2c6d09b1e`."""
        return f"{self.version}+{self.content_hash[:12]}"

    @cached_property
    def fields(self) -> tuple[FormField, ...]:
        """All top-level fields in order."""
        return tuple(field for section in self.sections for field in section.fields)

    @cached_property
    def field_map(self) -> Mapping[str, FormField]:
        """Top-level fields by name."""
        return {field.name: field for field in self.fields}
