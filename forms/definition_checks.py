"""Check what a form definition means: names, references, and that each key suits its type."""

from collections.abc import Iterable, Iterator

from forms.definition import FormDefinition, FormField, Rule
from forms.errors import DefinitionProblem

NUMERIC = frozenset({"money", "percent", "share", "number", "points", "integer", "measurement"})
TEXTUAL = frozenset({"text", "long_text", "measurement"})
Found = Iterator[DefinitionProblem]


def faults(definition: FormDefinition) -> list[DefinitionProblem]:
    """Return every fault of a definition whose shape is right."""
    return list(_faults(definition))


def _faults(definition: FormDefinition) -> Found:
    context = (*definition.context, *definition.optional_context, *definition.functions)
    yield from _repeated((s.key for s in definition.sections), "sections", "部分")
    yield from _repeated(
        (*context, *(f.name for f in definition.fields)), "sections", "填写项（或上下文、函数）"
    )
    taken = {*context, *definition.field_map}
    for i, section in enumerate(definition.sections):
        for j, field in enumerate(section.fields):
            place = f"sections[{i}].fields[{j}]"
            yield from _field_faults(field, place)
            yield from _table_faults(field, place, taken)
    for k, rule in enumerate(definition.rules):
        yield from _rule_faults(rule, f"rules[{k}]", set(definition.field_map), taken)


def _repeated(names: Iterable[str], place: str, what: str) -> Found:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield DefinitionProblem(place, f"{what} {name} 出现了两次，请改用另一个名称")
        seen.add(name)


def _field_faults(field: FormField, place: str) -> Found:
    if field.is_computed != (field.expression is not None):
        yield DefinitionProblem(f"{place}.expression", "computed 必须有 expression，其他类型不能有")
    if field.is_computed and (
        field.required_when
        or field.default is not None
        or field.default_from is not None
        or field.locked
        or field.starts
    ):
        yield DefinitionProblem(place, "computed 不能有 required_when、default、default_from、locked、starts")
    if (field.options or field.options_from) and field.type not in ("choice", "choices"):
        yield DefinitionProblem(f"{place}.options", f"只有 choice、choices 有选项，这里的类型是 {field.type}")
    if field.options and field.options_from:
        yield DefinitionProblem(f"{place}.options", "options 与 options_from 只能有一个")
    if field.type == "choice" and not field.options and not field.options_from:
        yield DefinitionProblem(f"{place}.options", "choice 必须有 options 或 options_from")
    yield from _repeated((o.value for o in field.options), f"{place}.options", "选项")
    yield from _limit_faults(field, place)


def _limit_faults(field: FormField, place: str) -> Found:
    limited = field.minimum is not None or field.maximum is not None or field.decimals is not None
    if limited and field.type not in NUMERIC:
        yield DefinitionProblem(place, f"min、max、decimals 只用于数字，这里的类型是 {field.type}")
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield DefinitionProblem(place, f"min {field.minimum} 大于 max {field.maximum}")
    if field.max_length is not None and field.type not in TEXTUAL:
        yield DefinitionProblem(f"{place}.max_length", f"max_length 只用于文字，这里的类型是 {field.type}")
    if field.min_rows > field.max_rows:
        yield DefinitionProblem(place, f"min_rows {field.min_rows} 大于 max_rows {field.max_rows}")


def _table_faults(field: FormField, place: str, taken: set[str]) -> Found:
    if field.type != "table":
        given = (
            field.columns,
            field.rules,
            field.key,
            field.baseline,
            field.baseline_moves,
            field.locked,
            field.starts,
            field.grid,
            field.earlier,
            field.offered,
        )
        if any(given):
            yield DefinitionProblem(
                place,
                "columns、rules、key、baseline、baseline_moves、locked、starts、grid、earlier、offered 只用于 table",
            )
        return
    if not field.columns:
        yield DefinitionProblem(f"{place}.columns", "table 必须有 columns")
    yield from _repeated((c.name for c in field.columns), f"{place}.columns", "列")
    for k, column in enumerate(field.columns):
        here = f"{place}.columns[{k}]"
        yield from _field_faults(column, here)
        if column.type == "table":
            yield DefinitionProblem(here, "表格里不能再有表格")
        if column.name in taken:
            yield DefinitionProblem(here, f"列名 {column.name} 与表格外的名称相同，表达式会分不清")
        if (column.locked or column.starts) and not field.baseline:
            yield DefinitionProblem(here, "locked、starts 的列需要表格有 baseline")
    columns = set(field.column_map)
    if (field.baseline or field.key) and field.key not in columns:
        yield DefinitionProblem(f"{place}.key", "key 应是一列的名称；有 baseline 时必须有 key")
    if field.baseline_moves and not field.baseline:
        yield DefinitionProblem(f"{place}.baseline_moves", "baseline_moves 需要表格有 baseline")
    if field.offered and (field.baseline or field.key not in columns):
        yield DefinitionProblem(f"{place}.offered", "offered 是 key 一列的值；有 baseline 的表不能有")
    for k, rule in enumerate(field.rules):
        yield from _rule_faults(rule, f"{place}.rules[{k}]", columns, columns | taken)


def _rule_faults(rule: Rule, place: str, paths: set[str], names: set[str]) -> Found:
    if rule.path not in paths:
        yield DefinitionProblem(f"{place}.path", f"没有名为 {rule.path} 的填写项")
    if (rule.reason is not None) != (rule.severity == "confirm"):
        yield DefinitionProblem(f"{place}.reason", "confirm 必须指明写原因的 reason，其他级别不能有")
    if rule.reason is not None and rule.reason not in names:
        yield DefinitionProblem(f"{place}.reason", f"没有名为 {rule.reason} 的填写项")
