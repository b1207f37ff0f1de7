"""All measures by key: those of the annual report, with grades as the policy's bands name them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ledger.measures import frames as f
from ledger.measures.aggregates import (
    COUNT,
    UNITS,
    each,
    mean,
    ratio,
    share_of_rows,
    share_of_units,
    total,
    wan,
)
from ledger.measures.measure import Measure
from ledger.measures.tracks import track_measures

GE, WAN, SCORE, PERCENT = "个", "万元", "分", "%"
COMPLETION = mean(each("points_total", "weight_total"), 100)
QUANTIFICATION = mean(each("quantified_count", "indicator_count"), 100)


def catalogue(policy: Mapping[str, Any], stages: Collection[str]) -> dict[str, Measure]:
    """Return the measures of the stages named, by key, in the order of a report.

    policy: resolved values; `grading.bands` names the grades, `figures.decimals` may change the print.
    """
    decimals = policy.get("figures", {}).get("decimals") or {}
    return {
        measure.key: replace(measure, decimals=int(decimals.get(measure.key, measure.decimals)))
        for measure in _all([str(band[0]) for band in policy["grading"]["bands"]])
        if measure.stage in stages
    }


def _all(grades: Collection[str]) -> Iterator[Measure]:
    yield from PRE_EVALUATION
    yield from TARGET
    yield from WHOLE_TARGET
    yield from track_measures()
    yield from MONITORING
    yield from WHOLE_MONITORING
    yield from SELF_EVALUATION
    yield from _grades("self_eval", "自评项目", "self_evaluation", f.SELF_EVALUATED, grades)
    yield from WHOLE_SELF_EVALUATION
    yield from _grades(
        "whole_dept.self_eval", "整体", "whole_self_evaluation", f.WHOLE_SELF_EVALUATED, grades
    )
    yield from DEPT_EVALUATION
    yield from _grades("dept_eval", "部门评价", "dept_evaluation", f.DEPT_EVALUATED, grades)
    yield from KEY_EVALUATION
    yield from _grades("key_eval", "重点评价", "key_evaluation", f.KEY_EVALUATED, grades)
    yield from RESULT_APPLICATION


def _grades(prefix: str, title: str, stage: str, frame: str, grades: Collection[str]) -> Iterator[Measure]:
    for grade in grades:
        key, name = f"{prefix}.grade.{grade}", f"{title}: {grade}"
        yield Measure(key, name, GE, 0, stage, frame, COUNT, where="r.grade = :label", label=grade)


def _stage(stage: str, frame: str, *lines: tuple[str, str, str, int, str]) -> tuple[Measure, ...]:
    """Build the measures of one stage over one frame from (key, title, unit, decimals, aggregate)."""
    return tuple(
        Measure(key, title, unit, decimals, stage, frame, aggregate)
        for key, title, unit, decimals, aggregate in lines
    )


def _those(stage: str, frame: str, *lines: tuple[str, str, str]) -> tuple[Measure, ...]:
    """Build measures that count the rows of a frame which meet a condition, from (key, title, condition)."""
    return tuple(
        Measure(key, title, GE, 0, stage, frame, COUNT, where=condition) for key, title, condition in lines
    )


PRE_EVALUATION = _stage(
    "pre_evaluation",
    f.PRE_EVALUATIONS,
    ("pre_eval.units", "事前评估部门单位数", GE, 0, UNITS),
    ("pre_eval.count", "事前评估新增项目数", GE, 0, COUNT),
    ("pre_eval.amount", "事前评估涉及资金", WAN, 2, wan("applied_amount")),
    ("pre_eval.recommended_amount", "事前评估建议安排资金", WAN, 2, wan("recommended_amount")),
)
TARGET = _stage(
    "target",
    f.TARGETS,
    ("target.units", "设置项目绩效目标的部门单位数", GE, 0, UNITS),
    ("target.count", "设置绩效目标的项目数", GE, 0, COUNT),
    ("target.amount", "项目绩效目标预算金额", WAN, 2, wan("amount")),
    ("target.indicators", "三级绩效指标数", GE, 0, total("indicator_count")),
    ("target.quant_rate", "量化率(项目平均)", PERCENT, 2, QUANTIFICATION),
    ("target.quant_rate_pooled", "量化率(合计)", PERCENT, 2, ratio("quantified_count", "indicator_count")),
) + _stage(
    "target",
    f.TARGETS_REVIEWED,
    (
        "target.first_pass_rate",
        "绩效目标一次审核通过率",
        PERCENT,
        2,
        share_of_rows("r.submitted_count = 1 and r.status = 'approved'"),
    ),
)
WHOLE_TARGET = _stage(
    "whole_target",
    f.WHOLE_TARGETS,
    ("whole_dept.target.units", "部门整体绩效目标单位数", GE, 0, UNITS),
    ("whole_dept.target.amount", "部门整体绩效目标涉及资金数", WAN, 2, wan("budget_amount")),
)
MONITORING = (
    _stage(
        "monitoring",
        f.MONITORED,
        ("monitoring.units", "监控部门单位数", GE, 0, UNITS),
        ("monitoring.count", "监控项目数", GE, 0, COUNT),
        ("monitoring.adj_budget", "监控项目调整后预算数", WAN, 2, wan("adjusted_amount")),
        ("monitoring.arrived", "监控到位资金数", WAN, 2, wan("arrived_amount")),
        ("monitoring.exec", "监控执行资金数", WAN, 2, wan("executed_amount")),
        ("monitoring.exec_rate", "监控项目执行率", PERCENT, 2, ratio("executed_amount", "adjusted_amount")),
    )
    + _those(
        "monitoring",
        f.MONITORED,
        ("monitoring.failed", "监控审核不合格项目数", "r.passed is false"),
    )
    + _stage(
        "monitoring",
        f.COVERAGE,
        ("monitoring.coverage", "监控项目覆盖率", PERCENT, 2, share_of_rows("r.monitored")),
        (
            "monitoring.coverage.units",
            "监控部门单位覆盖率",
            PERCENT,
            2,
            share_of_units("r.monitored"),
        ),
        (
            "monitoring.coverage.amount",
            "监控资金覆盖率",
            PERCENT,
            2,
            ratio("adjusted_amount", "target_amount"),
        ),
    )
)
WHOLE_MONITORING = _stage(
    "whole_monitoring",
    f.WHOLE_MONITORED,
    ("whole_dept.monitor.units", "部门整体绩效监控单位数", GE, 0, UNITS),
    ("whole_dept.monitor.budget", "整体支出预算数(监控)", WAN, 2, wan("budget_amount")),
    ("whole_dept.monitor.exec", "整体支出执行资金数", WAN, 2, wan("executed_amount")),
    ("whole_dept.monitor.exec_rate", "整体支出执行率", PERCENT, 0, ratio("executed_amount", "budget_amount")),
)
SELF_EVALUATION = (
    _stage("self_evaluation", f.REPORTED, ("project.reported", "上报项目总数", GE, 0, COUNT))
    + _stage("self_evaluation", f.EXCLUDED, ("self_eval.excluded.count", "不纳入自评的项目数", GE, 0, COUNT))
    + _stage(
        "self_evaluation",
        f.SELF_EVALUATED,
        ("self_eval.units", "开展项目自评的部门单位数", GE, 0, UNITS),
        ("self_eval.count", "实施项目支出绩效自评项目数", GE, 0, COUNT),
        ("self_eval.budget", "自评项目全年预算", WAN, 2, wan("budget_amount")),
        ("self_eval.exec", "自评项目实际执行", WAN, 2, wan("executed_amount")),
        ("self_eval.exec_rate", "预算执行率", PERCENT, 2, ratio("executed_amount", "budget_amount")),
        ("self_eval.completion", "绩效目标总体完成率", PERCENT, 1, COMPLETION),
        ("self_eval.self_avg", "单位自评平均得分", SCORE, 2, mean("r.self_score")),
        ("self_eval.fin_avg", "财政部门项目支出评价平均得分", SCORE, 1, mean("r.finance_score")),
        ("self_eval.gap_avg", "自评与财政评分的平均差", SCORE, 2, mean("(r.self_score - r.finance_score)")),
    )
    + _those(
        "self_evaluation",
        f.SELF_EVALUATED,
        ("self_eval.returned", "退回重报的自评数", "r.returned_count > 0"),
    )
    + _those(
        "self_evaluation",
        f.SELF_EVALUATION_LINES,
        ("self_eval.manual_lines", "人工评分的指标数", "r.manual"),
    )
)
WHOLE_SELF_EVALUATION = _stage(
    "whole_self_evaluation",
    f.WHOLE_SELF_EVALUATED,
    ("whole_dept.self_eval.units", "部门整体支出绩效自评单位数", GE, 0, UNITS),
    ("whole_dept.self_eval.budget", "整体支出预算", WAN, 2, wan("budget_amount")),
    ("whole_dept.self_eval.exec", "整体支出实际执行", WAN, 1, wan("executed_amount")),
    ("whole_dept.self_eval.self_avg", "部门单位自评平均得分", SCORE, 2, mean("r.self_score")),
    ("whole_dept.self_eval.fin_avg", "财政部门绩效评价平均得分(整体)", SCORE, 0, mean("r.finance_score")),
)
DEPT_EVALUATION = _stage(
    "dept_evaluation",
    f.DEPT_EVALUATED,
    ("dept_eval.count", "部门评价项目数", GE, 0, COUNT),
    ("dept_eval.budget", "部门评价项目全年预算", WAN, 2, wan("budget_amount")),
    ("dept_eval.exec", "部门评价项目实际执行", WAN, 2, wan("executed_amount")),
    ("dept_eval.exec_rate", "部门评价预算执行率", PERCENT, 2, ratio("executed_amount", "budget_amount")),
    ("dept_eval.completion", "部门评价绩效目标总体完成率", PERCENT, 2, mean("r.completion_share", 100)),
    ("dept_eval.self_avg", "部门评价平均得分", SCORE, 1, mean("r.score")),
    ("dept_eval.fin_avg", "财政部门对部门评价的平均得分", SCORE, 1, mean("r.finance_score")),
)
KEY_EVALUATION = _stage(
    "key_evaluation",
    f.KEY_EVALUATED,
    ("key_eval.count", "重点项目财政评价数", GE, 0, COUNT),
    ("key_eval.amount", "重点评价涉及资金", WAN, 2, wan("budget_amount")),
    ("key_eval.avg", "重点评价平均得分", SCORE, 1, mean("r.final_score")),
)
RESULT_APPLICATION = (
    _stage(
        "result_application",
        f.RESULT_ACTIONS,
        ("result.count", "结果应用项目数", GE, 0, COUNT),
        ("result.deduct_amount", "结果应用扣减预算", WAN, 2, wan("deduct_amount")),
    )
    + _stage(
        "result_application",
        f.RECTIFIED,
        ("rectification.count", "整改通知数", GE, 0, COUNT),
    )
    + _those(
        "result_application",
        f.RECTIFIED,
        ("rectification.rectified", "已整改数", "r.status = 'rectified'"),
    )
)
