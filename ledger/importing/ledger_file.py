"""A ledger that passed every row check. Units as in the file: money 0.01 万元, scores ×100; None = not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Whole:
    """A department's own evaluation of its whole spending; `budget` is the initial one."""

    budget: int
    exec: int
    self_score: int
    fin_score: int


@dataclass(frozen=True, slots=True)
class Department:
    """A department that files; identity is `code`, names repeat."""

    code: str
    name: str
    whole: Whole | None = None
    whole_target: int | None = None
    whole_monitor_budget: int | None = None
    whole_monitor_exec: int | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One level-3 indicator; `value` is a number, or words (usually of a qualitative one, sometimes a defect)."""

    l1: str
    l2: str
    l3: str
    op: str
    value: Decimal | str
    quantified: bool
    weight: int
    unit: str = ""
    evidence: str = ""
    polarity: str | None = None
    self_pts: int | None = None
    fin_pts: int | None = None

    @property
    def is_measurable(self) -> bool:
        """Tell whether an actual value can be compared with the target: a number under >=, <= or =."""
        return self.op != "定性" and isinstance(self.value, Decimal)


@dataclass(frozen=True, slots=True)
class DeptEval:
    """What a department's evaluation of a project came to; `completion` in percent ×100."""

    score: int
    fin_score: int
    completion: int


@dataclass(frozen=True, slots=True)
class KeyEval:
    """What the bureau's key evaluation of a project came to."""

    score: int
    firm: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ordinary track, with what people reported about it.

    exec: executed money, of the year if evaluated, at the checkpoint if only monitored.
    indicators: None when the ledger does not say, () when it says there are none.
    band, unspent, defects: labels of a generator; never compute from them.
    """

    id: str
    dept: str
    name: str
    budget: int
    function_class: str | None = None
    class73: bool | None = None
    is_new: bool | None = None
    specialised: bool | None = None
    total_investment: int | None = None
    indicators: tuple[Indicator, ...] | None = None
    exec: int | None = None
    exec_score: int | None = None
    self_score: int | None = None
    fin_score: int | None = None
    sel: bool | None = None
    dept_eval: DeptEval | None = None
    key_eval: KeyEval | None = None
    monitored: bool | None = None
    adj_budget: int | None = None
    arrived: int | None = None
    monitor_exec: int | None = None
    progress: Decimal | None = None
    band: str | None = None
    unspent: int | None = None
    defects: tuple[str, ...] | None = None

    @property
    def is_evaluated(self) -> bool:
        """Tell whether the ledger says how the project evaluated itself."""
        return self.self_score is not None

    @property
    def is_selected(self) -> bool:
        """Tell whether the project was chosen for its department's evaluation."""
        return self.dept_eval is not None if self.sel is None else self.sel

    @property
    def monitored_exec(self) -> int | None:
        """Return what was executed at the checkpoint: `monitor_exec`, or `exec` of a ledger without it."""
        return self.exec if self.monitor_exec is None else self.monitor_exec


@dataclass(frozen=True, slots=True)
class Excluded:
    """A project of the central transfer classes, which is not evaluated (SW-R06)."""

    id: str
    dept: str
    budget: int
    class73: bool | None = None
    name: str | None = None
    function_class: str | None = None


@dataclass(frozen=True, slots=True)
class TrackProject:
    """A project on a special track: counts of indicators instead of rows. Fields of other tracks stay None."""

    track: str
    id: str
    dept: str
    budget: int
    n: int | None = None
    q: int | None = None
    name: str | None = None
    function_class: str | None = None
    region_pass: bool | None = None
    monitored: int | None = None
    self_budget: int | None = None
    self_exec: int | None = None
    self_score: int | None = None
    total_investment: int | None = None
    specialised: bool | None = None


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A county's year as people reported it. A list that is None is absent: nothing is known, not even zero."""

    year: int
    departments: tuple[Department, ...]
    projects: tuple[Project, ...]
    excluded: tuple[Excluded, ...] | None = None
    tracks: Mapping[str, tuple[TrackProject, ...]] = field(default_factory=dict)
    bond_monitor_units: int | None = None
    _departments: dict[str, Department] = field(init=False, repr=False, compare=False)
    _projects: dict[str, Project | Excluded | TrackProject] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        projects: dict[str, Project | Excluded | TrackProject] = {row.id: row for row in self.projects}
        projects |= {row.id: row for row in self.excluded or ()}
        projects |= {row.id: row for rows in self.tracks.values() for row in rows}
        object.__setattr__(self, "_departments", {row.code: row for row in self.departments})
        object.__setattr__(self, "_projects", projects)

    def department(self, code: str) -> Department:
        """Return the department of this code; KeyError if there is none."""
        return self._departments[code]

    def project(self, project_id: str) -> Project | Excluded | TrackProject:
        """Return the project of this id on whichever track; KeyError if there is none."""
        return self._projects[project_id]

    def track(self, name: str) -> tuple[TrackProject, ...]:
        """Return the projects of a special track, () also when the list is absent."""
        return self.tracks.get(name, ())
