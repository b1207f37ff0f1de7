"""Read the xlsx form: one sheet per list, put together in the shape of the JSON form."""

from typing import Any

from ledger.importing.columns import INDICATORS, LISTS, PROJECTS, Table
from ledger.importing.document import Document
from ledger.importing.errors import LedgerUnreadable, RowError
from ledger.importing.limits import DEFAULT, Limits
from ledger.importing.xlsx_sheets import Row, read_sheets

HEAD = "ledger"
_SHEETS = (HEAD, *(table.name for table in LISTS), INDICATORS.name)


def read_xlsx(data: bytes, *, limits: Limits = DEFAULT) -> Document:
    """Return the content of an xlsx ledger in the shape of its JSON form; a formula counts as its stored value.

    Raises LedgerUnreadable for an archive that is broken, too large or hostile.
    """
    sheets = read_sheets(data, _SHEETS, limits)
    if HEAD not in sheets:
        raise LedgerUnreadable(
            f"xlsx 中没有名为 {HEAD} 的工作表；请按 docs/ledger-format.md 建表。", code="ledger.no_head"
        )
    assembly = _Assembly()
    for _, row in sheets[HEAD]:
        assembly.body[str(row.get("field", ""))] = row.get("value")
    for table in LISTS:
        if table.name in sheets:
            assembly.add_list(table, sheets[table.name])
    assembly.add_indicators(sheets.get(INDICATORS.name, []))
    return Document(assembly.body, assembly.lines, tuple(assembly.errors))


class _Assembly:
    """Puts the sheets together: fields, lists, and the indicators under their projects."""

    def __init__(self) -> None:
        self.body: dict[str, Any] = {}
        self.lines: dict[str, tuple[str, int]] = {}
        self.errors: list[RowError] = []

    def add_list(self, table: Table, rows: list[Row]) -> None:
        inner = {part.name for part in table.inner}
        labels = {column.name for column in table.columns if column.kind == "labels"}
        listed: list[dict[str, Any]] = []
        for line, row in rows:
            self.lines[f"{table.name}[{len(listed)}]"] = (table.name, line)
            shaped: dict[str, Any] = {}
            for name, value in row.items():
                group, dot, field = name.partition(".")
                if dot and group in inner:
                    shaped.setdefault(group, {})[field] = value
                else:
                    shaped[name] = _split(value) if name in labels else value
            listed.append(shaped)
        self.body[table.name] = listed

    def add_indicators(self, rows: list[Row]) -> None:
        projects = self.body.get(PROJECTS.name, [])
        stated = [project.pop("indicators", None) for project in projects]
        by_id = {project.get("id"): number for number, project in enumerate(projects)}
        for line, row in rows:
            number = by_id.get(row.pop("project", None))
            if number is None:
                self.errors.append(_orphan(line))
                continue
            listed = projects[number].setdefault("indicators", [])
            self.lines[f"projects[{number}].indicators[{len(listed)}]"] = (INDICATORS.name, line)
            listed.append(row)
        for number, count in enumerate(stated):
            self._check_count(number, projects[number], count)

    def _check_count(self, number: int, project: dict[str, Any], stated: Any) -> None:
        """Hold the optional count of indicators against the rows; a stated 0 is an empty list, not an absent one."""
        found = len(project.get("indicators", ()))
        if stated == 0 and found == 0:
            project["indicators"] = []
        elif stated is not None and stated != found:
            self.errors.append(_miscounted(self.lines[f"projects[{number}]"][1], stated, found))


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [] if value == "-" else [label.strip() for label in value.split(";")]


def _orphan(line: int) -> RowError:
    return RowError(
        place=f"工作表 {INDICATORS.name} 第 {line} 行",
        row=line,
        field="project",
        code="ledger.unknown_project",
        expected="projects 表中的一个 id",
        found="空或没有登记的编号",
        remedy="请填写 projects 表中已有的项目编号。",
    )


def _miscounted(line: int, stated: Any, found: int) -> RowError:
    return RowError(
        place=f"工作表 {PROJECTS.name} 第 {line} 行",
        row=line,
        field="indicators",
        code="ledger.indicator_count",
        expected=f"indicators 表中的 {str(stated)[:20]} 行",
        found=f"{found} 行",
        remedy="请补齐指标行，或改正指标个数。",
    )
