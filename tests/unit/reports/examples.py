"""Years to report on: real policies and the real catalogue, with figures made up or given."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ledger.findings.finding import Finding
from ledger.measures.catalogue import catalogue
from ledger.measures.measure import Figure
from ledger.policy.pack import load
from ledger.reports.annual import AnnualReport
from ledger.reports.assembling import YearRun, assemble

EVALUATED = ("self_evaluation", "whole_self_evaluation", "dept_evaluation", "key_evaluation")
OPENED = ("target", "approval", "target_disclosure", "monitoring", *EVALUATED)
CONSEQUENCES = ("result_application", "result_disclosure")

GIVEN = {
    "project.reported": "998",
    "self_eval.excluded.count": "371",
    "self_eval.count": "627",
    "self_eval.budget": "145683.48",
    "self_eval.exec": "142844.15",
    "self_eval.exec_rate": "98.05",
    "self_eval.completion": "98.3",
    "self_eval.self_avg": "98.04",
    "self_eval.fin_avg": "94.5",
    "self_eval.grade.优": "535",
    "self_eval.grade.良": "49",
    "self_eval.grade.中": "26",
    "self_eval.grade.差": "17",
    "dept_eval.self_avg": "97.4",
    "dept_eval.fin_avg": "97.1",
}

RUN = {
    "instances": 4321,
    "tasks_completed": {
        "total": 9876,
        "by_stage": {"self_evaluation": 1881, "target": 1996},
        "by_element": {"self_evaluation/fill_self_evaluation": 627},
    },
    "timers_fired": 40,
    "reminders_sent": 7001,
    "escalations_sent": 120,
    "late": 12,
    "missing": 2,
    "waived": 1,
}


def overdue(number: int) -> dict[str, Any]:
    return {
        "stage": "self_evaluation",
        "element": "fill_self_evaluation",
        "task": "填报自评表",
        "business_key": f"x/2021/self_evaluation/P{number:04}",
        "subject": f"P{number:04}",
        "title": f"P{number:04} 农村饮水安全巩固提升工程",
        "due_on": "2022-02-15",
        "completed_on": None if number % 4 == 0 else "2022-02-18",
    }


def findings() -> list[Finding]:
    over = [
        Finding("L35", f"P{number:04}", "执行数大于全年预算数", "≤10.00万元", "12.50万元")
        for number in range(9)
    ]
    whole = Finding("X01", "D001", "“教育局”整体支出执行数大于预算数", "≤100.00万元", "155.12万元")
    every = Finding(
        "X01", "*", "1个部门整体支出执行数大于预算数,预算口径应为全年预算数", "≤1.00万元", "2.00万元"
    )
    return [*over, whole, every]


def year_run(**changed: Any) -> YearRun:
    actions = [
        {"code": f"P{n:04}", "name": "乡村道路养护", "department": "交通局", "score": Decimal("65.50"),
         "deduct_amount": Decimal(10_000 * n + 555)}
        for n in range(12)
    ]  # fmt: skip
    whole = YearRun(
        run=RUN,
        overdue=[overdue(number) for number in range(14)],
        missing=[{"stage": "monitoring", "round": 1, "subject": "P0007", "title": "P0007 中小学校舍维修"}],
        waived=[{"stage": "monitoring", "round": 2, "reason": "本轮监控未开展。", "approver": "system"}],
        excluded=[
            {"stage": "self_evaluation", "reason": "中央转移支付", "rule_id": "SW-R06", "count": 371},
        ],
        actions=actions,
    )
    return replace(whole, **changed)


def report(
    *,
    policy: str = "shawan",
    year: int = 2021,
    stated: Collection[str] = EVALUATED,
    opened: Collection[str] = OPENED,
    given: Mapping[str, str | None] = GIVEN,
    overrides: Mapping[str, Any] | None = None,
    run: YearRun | None = None,
    found: Collection[Finding] | None = None,
    empty: bool = False,
) -> AnnualReport:
    """Build a report; figures not given are numbers all different, or those of empty populations."""
    pack = load(policy).resolve(year, overrides or {})
    measured = [*stated, *(one for one in CONSEQUENCES if one in opened)]
    figures = {}
    for number, (key, measure) in enumerate(catalogue(pack.context(), measured).items(), 1):
        value: str | None = given.get(key, str(1000 + number))
        if empty:
            value = None if measure.unit in ("分", "%") else "0"
        figures[key] = Figure(measure, None if value is None else Decimal(value), 0 if empty else number)
    return assemble(
        pack,
        run or year_run(),
        figures,
        findings() if found is None else found,
        opened=opened,
        stated=stated,
        jurisdiction=pack.name,
        seed=7,
        late_share=0.1,
    )
