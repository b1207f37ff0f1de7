"""Everything after the shape: policy options, conditional requirement, computed values, rules. One pass."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from engine.errors import BihuanError
from engine.feel.compiling import Compiled
from forms.baseline import lock
from forms.definition import FormDefinition, FormField, Rule
from forms.display import display
from forms.errors import FieldError
from forms.fields.texts import PLACEHOLDERS
from forms.fields.typed_number import LARGEST
from forms.messages import complaint
from forms.sums import summed

Values = dict[str, Any]


class Checking:
    """One check of one submission: collects errors and warnings, completes the values in place."""

    def __init__(
        self,
        definition: FormDefinition,
        values: Values,
        context: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.definition = definition
        self.values = values
        self.functions = functions
        self.errors: list[FieldError] = []
        self.warnings: list[tuple[str, str, str]] = []
        self._gaps: list[FieldError] = []
        self._context = context
        self._options: dict[str, list[str] | None] = {}

    def run(self) -> None:
        """Sum up, check rows, then the form itself: what the form computes may read what its rows computed."""
        self.errors += summed(self.definition, self.values)
        for table in self.definition.fields:
            if table.type == "table":
                self._check_table(table)
        scope = {**self._context, **self.values}
        self._check_fields(self.definition.fields, scope, "", self.values)
        self._apply(self.definition.rules, scope, "", self.definition.field_map)
        # A value that cannot be computed usually follows from another error: it is news only when alone.
        self.errors = self.errors or self._gaps

    def all_options(self) -> dict[str, list[str]]:
        """Return by field name what may be chosen, for every choice whose options come from the context."""
        scope = {**self._context, **self.values}
        columns = [column for field in self.definition.fields for column in field.columns]
        chosen = [field for field in (*self.definition.fields, *columns) if field.options_from is not None]
        found = {field.name: self._options_of(field, scope, field.name) for field in chosen}
        return {name: options for name, options in found.items() if options is not None}

    def _check_table(self, table: FormField) -> None:
        rows = self.values[table.name]
        scope = {**self._context, **self.values}
        if table.baseline is not None:
            approved = self._value(table.baseline, scope, table, table.name)
            self.errors += lock(table, rows, approved)
        names = {**self.definition.field_map, **table.column_map}
        columns = tuple(c for c in table.columns if c.expression or c.required_when or c.options_from)
        for index, row in enumerate(rows):
            prefix = f"{table.name}[{index}]."
            row_scope = {**scope, **row}
            self._check_fields(columns, row_scope, prefix, row)
            self._apply(table.rules, row_scope, prefix, names)

    def _check_fields(
        self, fields: tuple[FormField, ...], scope: Values, prefix: str, values: Values
    ) -> None:
        for field in fields:
            path = prefix + field.name
            if field.expression is not None:
                scope[field.name] = values[field.name] = value = self._value(
                    field.expression, scope, field, path
                )
                if value is None and field.required:
                    self._gaps.append(
                        FieldError(path, "computed_missing", complaint("computed_missing", field.label))
                    )
                continue
            value = values[field.name]
            if field.required_when is not None and not answered(value):
                if self._value(field.required_when, scope, field, path) is True:
                    self._complain(path, "L01" if value else "required", field, found=value)
            elif field.options_from is not None and value is not None:
                self._check_options(field, value, scope, path)

    def _check_options(self, field: FormField, value: Any, scope: Values, path: str) -> None:
        options = self._options_of(field, scope, path)
        if options is None:
            self._complain(path, "no_options", field)
            return
        for item in value if isinstance(value, list) else [value]:
            if item not in options:
                listed = "、".join(options)[:200] or "（没有可选项）"
                self._complain(path, "not_an_option", field, limit=listed, found=item)

    def _options_of(self, field: FormField, scope: Values, path: str) -> list[str] | None:
        if field.name not in self._options:
            found = self._value(field.options_from, scope, field, path) if field.options_from else None
            is_list = isinstance(found, list) and all(isinstance(item, str) for item in found)
            self._options[field.name] = found if is_list else None
        return self._options[field.name]

    def _apply(
        self, rules: tuple[Rule, ...], scope: Values, prefix: str, names: Mapping[str, FormField]
    ) -> None:
        functions = self.functions
        for rule in rules:
            path = prefix + rule.path
            try:
                fires = rule.when.evaluate(scope, functions=functions)
            except BihuanError:
                self._complain(path, "expression_failed", names[rule.path])
                continue
            if fires is not True:
                continue
            text = rule.text.write(scope, functions, partial(displayed, names))
            if rule.severity == "error" or (rule.reason is not None and not answered(scope.get(rule.reason))):
                self.errors.append(FieldError(path, rule.id, text))
            else:
                self.warnings.append((rule.id, path, text))

    def _value(self, compiled: Compiled, scope: Values, field: FormField, path: str) -> Any:
        try:
            return compiled.evaluate(scope, functions=self.functions)
        except BihuanError:
            self._complain(path, "expression_failed", field)
            return None

    def _complain(self, path: str, code: str, field: FormField, **facts: Any) -> None:
        if field.personal and "found" in facts:
            facts["found"] = "（已隐去）"
        self.errors.append(FieldError(path, code, complaint(code, field.label, **facts)))


def answered(value: Any) -> bool:
    """Say whether a field was filled with more than `无` or `待定`."""
    return (
        value is not None and value != [] and not (isinstance(value, str) and value.lower() in PLACEHOLDERS)
    )


def displayed(names: Mapping[str, FormField], source: str, value: Any) -> str:
    """Show the value of a pair of braces: by its field where it names one, else as it is."""
    if isinstance(value, Decimal) and source not in names:
        value = value.quantize(Decimal("0.01"), ROUND_HALF_UP) if abs(value) < LARGEST else value
    return display(names.get(source), value)
