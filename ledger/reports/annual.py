"""The annual report of a year as plain data, and its JSON form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FORMAT = "bihuan-report/1"
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class AnnualReport:
    """Everything a year came to, ready to print; nothing in it depends on when it is printed.

    policy: id, name, year, overrides. jurisdiction: name for the title. seed, late_share (0–1): of the
    simulated people; seed None: real people.
    grades: [name, lowest score, highest score], best first.
    opened: stages that ran; stated: those of them that have outcomes and so print figures.
    measures, parameters: by key {value, unit, printed, rows, title, …}; queries: SQL by the name a measure gives.
    run: counters. findings, overdue, missing, waived, circulars, excluded, actions: rows of plain values.
    calendar: days by stage, of this year and of the following one (empty if not asked for).
    confirm: values the bureau must still confirm; confirmed: those it has, by whom and when.
    """

    policy: Entry
    jurisdiction: str
    seed: int | None
    late_share: float
    grades: Sequence[Sequence[Any]]
    opened: Sequence[str]
    stated: Sequence[str]
    measures: Mapping[str, Entry]
    parameters: Mapping[str, Entry]
    queries: Mapping[str, Entry]
    run: Mapping[str, Any]
    findings: Sequence[Entry] = ()
    overdue: Sequence[Entry] = ()
    missing: Sequence[Entry] = ()
    waived: Sequence[Entry] = ()
    circulars: Sequence[Entry] = ()
    excluded: Sequence[Entry] = ()
    actions: Sequence[Entry] = ()
    calendar: Mapping[str, Any] = field(default_factory=dict)
    following_calendar: Mapping[str, Any] = field(default_factory=dict)
    confirm: Sequence[Entry] = ()
    confirmed: Sequence[Entry] = ()

    @property
    def year(self) -> int:
        """Return the budget year."""
        return int(self.policy["year"])

    @property
    def title(self) -> str:
        """Return the title of the report."""
        return f"{self.jurisdiction}{self.year}年度预算绩效管理工作报告"

    def figure(self, key: str) -> Entry | None:
        """Return a measure or, if there is none of that key, a parameter."""
        return self.measures.get(key) or self.parameters.get(key)


def as_json(report: AnnualReport) -> dict[str, Any]:
    """Return the report as the object of OUT.json; equal reports give equal objects in equal order."""
    return {
        "format": FORMAT,
        "policy": dict(report.policy),
        "jurisdiction": report.jurisdiction,
        "seed": report.seed,
        "late_share": report.late_share,
        "stages": {"opened": list(report.opened), "stated": list(report.stated)},
        "measures": {key: dict(entry) for key, entry in report.measures.items()},
        "parameters": {key: dict(entry) for key, entry in report.parameters.items()},
        "run": dict(report.run),
        "findings": [dict(one) for one in report.findings],
        "overdue": [dict(one) for one in report.overdue],
        "missing": [dict(one) for one in report.missing],
        "waived": [dict(one) for one in report.waived],
        "circulars": [dict(one) for one in report.circulars],
        "excluded": [dict(one) for one in report.excluded],
        "calendar": dict(report.calendar),
        "following_calendar": dict(report.following_calendar),
        "confirm": [dict(one) for one in report.confirm],
        "confirmed": [dict(one) for one in report.confirmed],
        "queries": {name: dict(query) for name, query in report.queries.items()},
    }
