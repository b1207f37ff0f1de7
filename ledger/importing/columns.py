"""The columns of the ledger format: one description for JSON, xlsx, validation and documentation."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["key", "text", "amount", "score", "points", "count", "flag", "percent", "target", "labels"]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row; absent means not known, never zero. longest: characters, as the forms take them."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 500


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one kind of row, and the objects inside it (`whole`, `dept_eval`, `key_eval`)."""

    name: str
    key: str
    columns: tuple[Column, ...]
    inner: "tuple[Table, ...]" = ()

    def column_names(self) -> tuple[str, ...]:
        """Return the flat names as xlsx has them: own columns, then `inner.column`."""
        own = tuple(column.name for column in self.columns)
        return own + tuple(f"{part.name}.{column.name}" for part in self.inner for column in part.columns)


def _of(kind: Kind, names: str, *, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, kind, required) for name in names.split())


WHOLE: Final = Table(
    "whole",
    "",
    _of("amount", "budget exec", required=True) + _of("score", "self_score fin_score", required=True),
)
DEPT_EVAL: Final = Table("dept_eval", "", _of("score", "score fin_score completion", required=True))
KEY_EVAL: Final = Table("key_eval", "", (Column("score", "score", required=True), Column("firm", "text")))

DEPARTMENTS: Final = Table(
    "departments",
    "code",
    (
        Column("code", "key", required=True),
        Column("name", "text", required=True),
        *_of("amount", "whole_target whole_monitor_budget whole_monitor_exec"),
    ),
    (WHOLE,),
)

PROJECTS: Final = Table(
    "projects",
    "id",
    (
        *_of("key", "id dept", required=True),
        Column("name", "text", required=True),
        Column("function_class", "text"),
        Column("budget", "amount", required=True),
        *_of("flag", "class73 is_new specialised sel monitored"),
        *_of("amount", "total_investment exec adj_budget arrived monitor_exec"),
        Column("progress", "percent"),
        *_of("score", "exec_score self_score fin_score"),
        Column("band", "text"),
        Column("unspent", "amount"),
        Column("defects", "labels"),
    ),
    (DEPT_EVAL, KEY_EVAL),
)

INDICATORS: Final = Table(
    "indicators",
    "l3",
    (
        Column("l1", "text", required=True, choices=("成本指标", "产出指标", "效益指标", "满意度指标")),
        Column("l2", "text", required=True, longest=100),
        Column("l3", "text", required=True, longest=200),
        Column("op", "text", required=True, choices=(">=", "<=", "=", "定性")),
        Column("value", "target", required=True, longest=200),
        Column("unit", "text", longest=40),
        Column("quantified", "flag", required=True),
        Column("evidence", "text"),
        Column("polarity", "text", choices=("higher", "lower")),
        Column("weight", "points", required=True),
        *_of("points", "self_pts fin_pts"),
    ),
)

EXCLUDED: Final = Table(
    "excluded",
    "id",
    (
        *_of("key", "id dept", required=True),
        Column("class73", "flag"),
        Column("budget", "amount", required=True),
        *_of("text", "name function_class"),
    ),
)

_TRACK: Final = (
    *_of("key", "id dept", required=True),
    Column("budget", "amount", required=True),
    *_of("count", "n q"),
    *_of("text", "name function_class"),
)

DIRECT: Final = Table("direct", "id", (*_TRACK, Column("region_pass", "flag")))
RURAL: Final = Table("rural", "id", _TRACK)
SSF: Final = Table("ssf", "id", _TRACK)
PPP: Final = Table("ppp", "id", (*_TRACK, Column("monitored", "amount")))
BOND: Final = Table(
    "bond", "id", (*_TRACK, *_of("amount", "self_budget self_exec"), Column("self_score", "score"))
)
PRE_EVAL: Final = Table(
    "pre_eval", "id", (*_TRACK, Column("total_investment", "amount"), Column("specialised", "flag"))
)

TRACKS: Final = (DIRECT, RURAL, SSF, PPP, BOND, PRE_EVAL)
LISTS: Final = (DEPARTMENTS, PROJECTS, EXCLUDED, *TRACKS)
TOP: Final = ("year", "bond_monitor_units")
REMARKS: Final = ("name", "policy", "seed")
"""Top-level remarks a generator may leave; nobody computes from them."""
