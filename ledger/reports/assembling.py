"""Put together the annual report of a year from its policy, figures, findings and run."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.findings.finding import Finding
from ledger.measures.measure import Figure
from ledger.policy.confirming import confirmed
from ledger.policy.figures import Figure as Stated
from ledger.policy.figures import figures as stated_figures
from ledger.policy.resolved import ResolvedPack
from ledger.policy.schema import label
from ledger.policy.wording import worded
from ledger.reports.annual import AnnualReport
from ledger.reports.stage_plan import stage_plan

MEASURED_PARAMETERS = {
    "self_eval.excluded.classes": "self_evaluation",
    "dept_eval.min_amount_share": "dept_evaluation",
    "dept_eval.cycle_years": "dept_evaluation",
}
"""Policy figures that reports print among the results of a stage."""


@dataclass(frozen=True)
class YearRun:
    """How the year went. excluded: {stage, reason, rule_id, count}; actions: rows behind `result.count`."""

    run: Mapping[str, Any]
    overdue: Sequence[Mapping[str, Any]] = ()
    missing: Sequence[Mapping[str, Any]] = ()
    waived: Sequence[Mapping[str, Any]] = ()
    excluded: Sequence[Mapping[str, Any]] = ()
    actions: Sequence[Mapping[str, Any]] = field(default=())
    circulars: Sequence[Mapping[str, Any]] = ()


def assemble(
    pack: ResolvedPack,
    year_run: YearRun,
    figures: Mapping[str, Figure],
    findings: Iterable[Finding],
    *,
    opened: Collection[str],
    stated: Collection[str],
    jurisdiction: str,
    seed: int | None = None,
    late_share: float = 0.0,
    following: ResolvedPack | None = None,
) -> AnnualReport:
    """Return the report.

    figures: answers of the measures, of stages with outcomes only. opened, stated: stages that ran, and those
    with outcomes. following: the pack of the next budget year, whose days the report announces.
    """
    parameters = {one.key: _parameter(one) for one in stated_figures(pack)}
    measured = {
        key: {**parameters[key], "stage": stage, "query": f"policy:{parameters[key]['source']}"}
        for key, stage in MEASURED_PARAMETERS.items()
        if key in parameters and stage in stated
    }
    order = {stage.key: place for place, stage in enumerate(stage_plan())}
    in_order = sorted({*opened, *stated}, key=lambda stage: (order.get(stage, len(order)), stage))
    lists = ("run", "overdue", "missing", "waived", "circulars", "excluded", "actions")
    bands = sorted(pack.values["grading.bands"], key=lambda band: band[1], reverse=True)
    return AnnualReport(
        policy={"id": pack.id, "name": pack.name, "year": pack.year, "overrides": _overrides(pack)},
        jurisdiction=jurisdiction,
        seed=seed,
        late_share=late_share,
        grades=[list(band) for band in bands],
        opened=[stage for stage in in_order if stage in opened],
        stated=[stage for stage in in_order if stage in stated],
        measures={**{key: _measured(key, figure) for key, figure in figures.items()}, **measured},
        parameters=parameters,
        queries={key: _query(figure) for key, figure in figures.items()},
        findings=[one.entry() for one in findings],
        **{name: getattr(year_run, name) for name in lists},
        calendar=pack.dates,
        following_calendar={} if following is None else following.dates,
        confirm=_confirm(pack),
        confirmed=_confirmed(pack),
    )


def _measured(key: str, figure: Figure) -> dict[str, Any]:
    return {
        **figure.entry(),
        "title": figure.measure.title,
        "stage": figure.measure.stage,
        "query": key,
    }


def _query(figure: Figure) -> dict[str, Any]:
    measure = figure.measure
    bound = {} if measure.label is None else {"label": measure.label}
    return {"sql": measure.sql, "rows_sql": measure.rows_sql, "bound": bound}


def _parameter(stated: Stated) -> dict[str, Any]:
    return {
        "value": stated.value,
        "unit": stated.unit,
        "printed": stated.printed,
        "rows": 0,
        "title": label(stated.source),
        "source": stated.source,
        "rules": list(stated.rules),
    }


def _overrides(pack: ResolvedPack) -> dict[str, Any]:
    return {key: pack.values[key] for key, origin in pack.origins.items() if origin.overridden}


def _confirm(pack: ResolvedPack) -> list[dict[str, Any]]:
    return [
        {"key": key, "title": label(key), "value": worded(key, pack.values[key]), "confirm": what}
        for key, what in pack.inferred.items()
    ]


def _confirmed(pack: ResolvedPack) -> list[dict[str, Any]]:
    return [
        {"key": key, "title": label(key), "value": worded(key, pack.values[key]), "confirmed": said}
        for key, origin in pack.origins.items()
        if (said := confirmed(origin))
    ]
