"""Ask for the figures of a topic: every group and the whole in one statement; the rows behind a group, a page at a time."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.figures.topic import GROUPINGS, Grouping, Topic
from ledger.measures.frames import OF_PLACE
from ledger.measures.measure import NOTHING, printed, tidy

YEAR = re.compile(r":year\b")
OWN = "f.organisation_id = any(cast(:own as bigint[]))"
PROJECT = """
  left join app.project p on p.jurisdiction_id = :jurisdiction_id and p.year = y.year and p.code = r.code"""


@dataclass(frozen=True)
class Wanted:
    """Whose figures of which years. own: the only organisations a reader sees, None for all of them.

    department, fund: only those; empty for all. excluded_classes: how many fund classes are not evaluated.
    """

    jurisdiction_id: int
    years: Sequence[int]
    own: Collection[int] | None = None
    department: str = ""
    fund: str = ""


@dataclass(frozen=True)
class Group:
    """The figures of one group, or of the whole (code None). values: by column key, as exact as they are."""

    code: str | None
    name: str
    rows: int
    values: Mapping[str, Decimal | None]


def groups(session: Session, topic: Topic, by: str, wanted: Wanted) -> tuple[list[Group], Group]:
    """Return the groups, by code, and the whole."""
    grouping = GROUPINGS[by]
    columns = ",\n       ".join(f'{one.aggregate} as "{one.key}"' for one in topic.columns)
    sql = (
        f"select {grouping.code} as code, {grouping.name} as name, {topic.number} as rows,\n       {columns},\n"
        f"       grouping({grouping.code}) as whole\n{_rows(topic.gathered or topic.frame, grouping, wanted)}\n"
        f" group by grouping sets (({', '.join(sorted({grouping.code, _plain(grouping)}))}), ())\n order by 1"
    )
    found = session.execute(text(sql), _bound(wanted)).mappings().all()
    made = [(bool(row["whole"]), _group(topic, dict(row))) for row in found]
    return [one for whole, one in made if not whole], next(one for whole, one in made if whole)


def group_rows(
    session: Session,
    topic: Topic,
    by: str,
    wanted: Wanted,
    code: str | None,
    *,
    first: int,
    limit: int | None,
) -> tuple[Sequence[str], list[tuple[Any, ...]], int]:
    """Return column names, a page of the rows behind a group (None: the whole), and how many there are of them."""
    grouping = GROUPINGS[by]
    chosen = "" if code is None else f"\n   and {grouping.code} = :code"
    sql = (
        f"select y.year, r.*, count(*) over () as in_all\n{_rows(topic.frame, grouping, wanted)}{chosen}\n"
        " order by y.year desc, r.code, r.recorded_at offset :first limit :limit"
    )
    bound = _bound(wanted) | {"first": first, "limit": limit}
    found = session.execute(text(sql), bound if code is None else bound | {"code": code})
    rows = [tuple(row) for row in found]
    return list(found.keys())[:-1], [row[:-1] for row in rows], rows[0][-1] if rows else 0


def said(value: Decimal | None, decimals: int) -> str:
    """Return a value as it is printed: half-up, with separators; a dash for none."""
    return NOTHING if value is None else f"{Decimal(printed(value, decimals)):,}"


def _rows(frame: str, grouping: Grouping, wanted: Wanted) -> str:
    frame = YEAR.sub("y.year", frame)
    if wanted.own is not None:
        frame = frame.replace(OF_PLACE, f"{OF_PLACE} and {OWN}")
    of_project = grouping.of_project or wanted.fund
    conditions = [
        condition
        for condition, holds in (
            ("r.department_code = :department", wanted.department),
            (f"{GROUPINGS['fund'].code} = :fund", wanted.fund),
        )
        if holds
    ]
    return (
        "  from unnest(cast(:years as int[])) as y(year)\n"
        f"  cross join lateral ({frame}) as r{PROJECT if of_project else ''}\n"
        f" where {' and '.join(conditions) or 'true'}"
    )


def _plain(grouping: Grouping) -> str:
    """Return what the name of a group is grouped by; an aggregate needs nothing."""
    return grouping.code if grouping.name.startswith("min(") else grouping.name


def _bound(wanted: Wanted) -> dict[str, Any]:
    bound: dict[str, Any] = {"jurisdiction_id": wanted.jurisdiction_id, "years": list(wanted.years)}
    chosen = {
        "own": None if wanted.own is None else sorted(wanted.own),
        "department": wanted.department,
        "fund": wanted.fund,
    }
    return bound | {
        name: value for name, value in chosen.items() if value or (name == "own" and value is not None)
    }


def _group(topic: Topic, row: Mapping[str, Any]) -> Group:
    values = {one.key: None if row[one.key] is None else tidy(Decimal(row[one.key])) for one in topic.columns}
    return Group(row["code"], row["name"] or "", row["rows"], values)
