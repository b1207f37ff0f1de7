"""Static checks of a decision table: gaps, overlaps, rules that never decide."""

from collections.abc import Iterator
from itertools import combinations

from engine.dmn.columns import TableColumns
from engine.dmn.coverage import Coverage, GaveUp, Row
from engine.dmn.elements import Element, attribute, child, children, place, text_of
from engine.dmn.policies import SINGLE
from engine.errors import BihuanError
from engine.feel import writing
from engine.problems import Problem

_MOST = 5


def analyse(table: Element, names: frozenset[str]) -> list[Problem]:
    """Return what is wrong with a table as a whole; one whose cells do not even parse is left to the compiler."""
    try:
        columns = TableColumns(table, names)
    except (BihuanError, IndexError):
        return []
    problems = list(columns.problems)
    if columns.skipped:
        text = f"没有检查遗漏和重叠：列 {'、'.join(columns.skipped)} 的条件不全是数、文字、布尔或日期的常量"
        return [*problems, Problem(place(table), "warning", "dmn.not_analysed", text)]
    if not problems and columns.rules and columns.columns:
        problems += _Analysis(table, columns).problems()
    return problems


class _Analysis:
    def __init__(self, table: Element, columns: TableColumns) -> None:
        self.table = table
        self.rules = columns.rules
        self.policy = attribute(table, "hitPolicy") or "UNIQUE"
        self.coverage = Coverage(columns.columns)
        self.results = [[text_of(cell) for cell in children(rule, "outputEntry")] for rule in self.rules]

    def problems(self) -> list[Problem]:
        found: list[Problem] = []
        for check in (self._gaps, self._overlaps, self._unreachable):
            try:
                found += check()
            except GaveUp:
                text = "表太大，遗漏和不可达的检查没有做完；请把表拆小"
                return [*found, Problem(place(self.table), "warning", "dmn.not_analysed", text)]
        return found

    def _gaps(self) -> Iterator[Problem]:
        """Rows that no rule takes; none if the table gives a default, or a list that may be empty."""
        defaults = [child(output, "defaultOutputEntry") for output in children(self.table, "output")]
        if self.policy not in SINGLE or any(text_of(default) for default in defaults):
            return
        rows = self.coverage.holes((1 << len(self.rules)) - 1, most=_MOST + 1)
        for row in rows[:_MOST]:
            text = f"没有规则处理这样的一行：{self._shown(row)}；请补一条规则，或给出默认结果"
            yield Problem(place(self.table), "warning", "dmn.gap", text)
        if len(rows) > _MOST:
            yield Problem(
                place(self.table), "warning", "dmn.gap", "还有别的遗漏没有列出；补好以上几行后再检查"
            )

    def _overlaps(self) -> Iterator[Problem]:
        """Pairs of rules that a unique table must not have, nor an “any” table with different results."""
        if self.policy not in ("UNIQUE", "ANY"):
            return
        count = 0
        for one, two in combinations(range(len(self.rules)), 2):
            if self.policy == "ANY" and self.results[one] == self.results[two]:
                continue
            row = self.coverage.shared(one, two)
            if row is None:
                continue
            count += 1
            if count <= _MOST:
                text = f"与第 {one + 1} 条规则（{place(self.rules[one])}）重叠，例如：{self._shown(row)}；请收窄其中一条"
                yield Problem(place(self.rules[two]), "warning", "dmn.overlap", text)
        if count > _MOST:
            text = f"共有 {count} 对规则重叠，只列出前 {_MOST} 对"
            yield Problem(place(self.table), "warning", "dmn.overlap", text)

    def _unreachable(self) -> Iterator[Problem]:
        """Rules that can never be the one that decides."""
        for number, rule in enumerate(self.rules):
            within = [column.taken[number] for column in self.coverage.columns]
            stronger = self._stronger(number)
            if not all(within):
                text = "这条规则永远不会命中：没有允许的取值符合它的条件"
            elif stronger and not self.coverage.holes(stronger, within):
                text = "这条规则永远不起作用：它的每一行都先由别的规则决定；请调整次序或删去"
            elif (twin := self._twin(number, within)) is not None:
                text = f"与第 {twin + 1} 条规则（{place(self.rules[twin])}）条件和结果都相同；请删去一条"
            else:
                continue
            yield Problem(place(rule), "warning", "dmn.unreachable", text)

    def _stronger(self, number: int) -> int:
        """Return the rules that win wherever they match together with this one, as bits."""
        if self.policy == "FIRST":
            return (1 << number) - 1
        if self.policy != "PRIORITY":
            return 0
        ranks = [self._rank(results) for results in self.results]
        mine = ranks[number]
        if mine is None:
            return 0
        return sum(
            1 << other
            for other, rank in enumerate(ranks)
            if rank is not None and (rank, other) < (mine, number)
        )

    def _rank(self, results: list[str]) -> tuple[int, ...] | None:
        places: list[int] = []
        for output, result in zip(children(self.table, "output"), results, strict=True):
            listed = [text.strip() for text in text_of(child(output, "outputValues")).split(",")]
            if result not in listed and listed != [""]:
                return None
            places.append(listed.index(result) if result in listed else 0)
        return tuple(places)

    def _twin(self, number: int, within: list[int]) -> int | None:
        if self.policy in ("UNIQUE", "FIRST", "PRIORITY"):
            return None
        for other in range(number):
            same = within == [column.taken[other] for column in self.coverage.columns]
            if same and self.results[other] == self.results[number]:
                return other
        return None

    def _shown(self, row: Row) -> str:
        return "，".join(
            f"{label} = {writing.text(value, quoted=True)}" for label, value in self.coverage.shown(row)
        )
