"""The small tables a policy value may be: grade bands, weights, steps, word maps."""

from itertools import pairwise
from typing import Any

from ledger.policy.shapes import Shape, is_number, is_text, is_whole


def _rows(value: Any, *kinds: Any) -> bool:
    """Tell whether value is a non-empty list of rows whose cells satisfy `kinds` one by one."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(row, list)
            and len(row) == len(kinds)
            and all(kind(cell) for kind, cell in zip(kinds, row, strict=True))
            for row in value
        )
    )


class Bands(Shape):
    """[label, lower, upper] rows that cover 0–100 without gap or overlap; labels differ."""

    expected = '无缺口、不重叠地覆盖 0–100 分的分档,如 [["优",90,100],["良",80,90],["中",60,80],["差",0,60]]'

    def fits(self, value: Any) -> bool:
        """Accept a complete partition of 0–100."""
        if not _rows(value, is_text, is_number, is_number):
            return False
        rows = sorted(value, key=lambda row: (row[1], row[2]))
        edges = [row[1] for row in rows] + [rows[-1][2]]
        joined = all(lower[2] == upper[1] for lower, upper in pairwise(rows))
        ascending = all(low < high for low, high in pairwise(edges))
        return (
            joined
            and ascending
            and edges[0] == 0
            and edges[-1] == 100
            and len({r[0] for r in rows}) == len(rows)
        )


class Weights(Shape):
    """Points by name that add up to 100."""

    expected = '合计为 100 的分值表,如 {"决策":15,"过程":20,"产出":35,"效益":30}'

    def fits(self, value: Any) -> bool:
        """Accept non-negative points with sum 100."""
        return (
            isinstance(value, dict)
            and bool(value)
            and all(is_text(name) and is_number(points) and points >= 0 for name, points in value.items())
            and round(sum(value.values()), 6) == 100
        )


class Steps(Shape):
    """[limit, result] rows of two non-negative numbers."""

    expected = "[界限, 结果] 的数字列表,如 [[0.8,7],[0.6,5],[0,0]]"

    def fits(self, value: Any) -> bool:
        """Accept rows of two numbers, neither negative."""
        return _rows(value, is_number, is_number) and all(cell >= 0 for row in value for cell in row)


class Tiers(Shape):
    """[label, lower share, upper share] rows of a qualitative judgement."""

    expected = '[档次, 下限, 上限] 列表,界限为 0–1 的比例,如 [["达成",0.8,1.0]]'

    def fits(self, value: Any) -> bool:
        """Accept labelled shares with lower below upper."""
        return _rows(value, is_text, is_number, is_number) and all(0 <= row[1] < row[2] <= 1 for row in value)


class UnitCosts(Shape):
    """[words of an indicator's name, unit, the most it may cost] rows: the expenditure standards of a bureau."""

    expected = '[指标名称里的字词, 计量单位, 最高金额] 列表,如 [["垃圾填埋","元/吨",78]]'

    def fits(self, value: Any) -> bool:
        """Accept amounts above zero by name and unit."""
        return value == [] or (_rows(value, is_text, is_text, is_number) and all(row[2] > 0 for row in value))


class YearLevels(Shape):
    """[first budget year, level] rows, ascending, the first from year 0; level 1 or 2."""

    expected = "按年度升序、从 0 年开始的 [起始年度, 级次] 列表,级次为 1 或 2,如 [[0,2],[2023,1]]"

    def fits(self, value: Any) -> bool:
        """Accept ascending years with levels."""
        if not _rows(value, is_whole, lambda level: is_whole(level) and level in (1, 2)):
            return False
        years = [row[0] for row in value]
        return years[0] == 0 and all(early < late for early, late in pairwise(years))


class Words(Shape):
    """Text by text."""

    expected = '文字对照表,如 {"优":"优先保障"}'

    def fits(self, value: Any) -> bool:
        """Accept texts by texts."""
        return isinstance(value, dict) and all(is_text(key) and is_text(text) for key, text in value.items())


class MonthShares(Shape):
    """A share by two-digit month."""

    expected = '两位月份到比例的对照表,如 {"06":0.4}'

    def fits(self, value: Any) -> bool:
        """Accept shares 0–1 by months 01–12."""
        months = {f"{month:02}" for month in range(1, 13)}
        return isinstance(value, dict) and all(
            key in months and is_number(share) and 0 <= share <= 1 for key, share in value.items()
        )


class Thresholds(Shape):
    """An amount in 万元 by project category; a text where the bureau must still say the amount."""

    expected = '项目类别到金额(万元)的对照表,"*" 表示所有类别,如 {"投资发展类":300}'

    def fits(self, value: Any) -> bool:
        """Accept amounts or texts by category."""
        return isinstance(value, dict) and all(
            is_text(key) and (is_text(limit) or (is_number(limit) and limit >= 0))
            for key, limit in value.items()
        )


class FailCap(Shape):
    """What repeated failed monitoring does to the grade."""

    expected = (
        '监控不合格限档规则,如 {"consecutive_failures":2,"and_not_rectified":true,'
        '"forbidden_grades":["优秀"],"cap_grade":"差"}'
    )

    def fits(self, value: Any) -> bool:
        """Accept exactly the four entries of the rule."""
        names = {"consecutive_failures", "and_not_rectified", "forbidden_grades", "cap_grade"}
        return (
            isinstance(value, dict)
            and set(value) == names
            and is_whole(value["consecutive_failures"])
            and value["consecutive_failures"] >= 1
            and isinstance(value["and_not_rectified"], bool)
            and isinstance(value["forbidden_grades"], list)
            and all(is_text(grade) for grade in value["forbidden_grades"])
            and is_text(value["cap_grade"])
        )


class RecipientSteps(Shape):
    """A list of recipient lists, one per escalation step; the last one repeats."""

    expected = '每级一组的接收角色列表,如 [["unit_head"],["department","section"]]'

    def fits(self, value: Any) -> bool:
        """Accept non-empty lists of role codes."""
        return (
            isinstance(value, list)
            and bool(value)
            and all(
                isinstance(step, list) and bool(step) and all(is_text(role) for role in step)
                for step in value
            )
        )
