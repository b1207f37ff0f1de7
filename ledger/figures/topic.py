"""A topic: what a page of figures shows, as columns over the rows of filings, and how these may be grouped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One figure of every group: an aggregate over `r`, and how it is printed."""

    key: str
    title: str
    unit: str
    decimals: int
    aggregate: str


@dataclass(frozen=True)
class Grouping:
    """What rows are put together by: SQL over `r` (a row), `y` (its year) and `p` (its project). of_project: needs `p`."""

    key: str
    title: str
    code: str
    name: str
    of_project: bool = False


@dataclass(frozen=True)
class Topic:
    """What one page shows.

    frame: the rows, bound to :jurisdiction_id and :year. columns: the figures of every group. drawn: at most two of
    them, as bars. full: what a whole bar stands for; None: the longest of them. groupings: the usual one first.
    said: how the figures are computed, in words. gathered: the same rows put together, `tasks` of each, for the figures
    of groups; empty: the rows themselves.
    """

    key: str
    title: str
    frame: str
    columns: Sequence[Column]
    drawn: Sequence[str]
    full: int | None
    groupings: Sequence[str]
    said: Sequence[str]
    gathered: str = ""

    @property
    def number(self) -> str:
        """Return how many rows a group has, as SQL."""
        return "coalesce(sum(r.tasks), 0)::bigint" if self.gathered else "count(*)"

    @property
    def series(self) -> list[Column]:
        """Return the columns that are drawn."""
        return [one for one in self.columns if one.key in self.drawn]


FUND = "coalesce(p.function_class, case when p.central_transfer then '中央转移支付' else '未分类' end)"
GROUPINGS: Mapping[str, Grouping] = {
    one.key: one
    for one in (
        Grouping("grade", "等级", "r.grade", "r.grade"),
        Grouping("department", "部门单位", "r.department_code", "r.department"),
        Grouping("fund", "资金", FUND, FUND, of_project=True),
        Grouping("year", "年度", "cast(y.year as text)", "cast(y.year as text)"),
        Grouping("person", "经办人", "cast(r.person_id as text)", "min(r.person)"),
        Grouping("week", "周", "cast(r.week as text)", "cast(r.week as text)"),
    )
}
