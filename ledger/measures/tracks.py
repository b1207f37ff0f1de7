"""Measures of the special tracks."""

from collections.abc import Iterator

from ledger.measures.aggregates import COUNT, UNITS, each, mean, ratio, share_of_rows, total, wan
from ledger.measures.frames import track_filings, track_targets
from ledger.measures.measure import Measure

QUANTIFICATION = mean(each("quantified_count", "indicator_count"), 100)

TARGETS: dict[str, tuple[tuple[str, str, str, int, str], ...]] = {
    "direct": (
        ("direct.count", "直达资金及参照直达资金项目数", "个", 0, COUNT),
        ("direct.amount", "直达资金项目预算金额", "万元", 2, wan("amount")),
        ("direct.pass_rate", "上级审核评分合格率", "%", 0, share_of_rows("r.upper_passed")),
    ),
    "rural": (
        ("rural.amount", "乡村振兴衔接资金", "万元", 0, wan("amount")),
        ("rural.count", "衔接资金项目数", "个", 0, COUNT),
        ("rural.indicators", "衔接资金三级指标数", "个", 0, total("indicator_count")),
        ("rural.quant_rate", "衔接资金量化率", "%", 0, QUANTIFICATION),
    ),
    "ssf": (
        ("ssf.units", "社保基金部门单位数", "个", 0, UNITS),
        ("ssf.count", "社保基金项目数", "个", 0, COUNT),
        ("ssf.amount", "社保基金涉及资金", "万元", 1, wan("amount")),
    ),
    "ppp": (
        ("ppp.units", "PPP部门单位数", "个", 0, UNITS),
        ("ppp.count", "PPP项目数", "个", 0, COUNT),
        ("ppp.amount", "PPP涉及资金", "万元", 2, wan("amount")),
        ("ppp.indicators", "PPP三级指标数", "个", 0, total("indicator_count")),
        ("ppp.quant_rate", "PPP量化率", "%", 2, QUANTIFICATION),
    ),
    "bond": (
        ("bond.target.units", "专项债券部门单位数(目标)", "个", 0, UNITS),
        ("bond.target.count", "新增债券项目数", "个", 0, COUNT),
        ("bond.target.amount", "新增债券涉及资金", "万元", 0, wan("amount")),
        ("bond.indicators", "债券项目三级指标数", "个", 0, total("indicator_count")),
        ("bond.quant_rate", "债券项目量化率", "%", 1, QUANTIFICATION),
    ),
}
MONITORED: dict[str, tuple[tuple[str, str, str, int, str], ...]] = {
    "ppp": (("ppp.monitor.amount", "PPP监控资金", "万元", 2, wan("amount")),),
    "bond": (("bond.monitor.units", "债务资金双监控部门单位数", "个", 0, UNITS),),
}
SELF_EVALUATED: dict[str, tuple[tuple[str, str, str, int, str], ...]] = {
    "bond": (
        ("bond.self_eval.count", "政府债务项目自评数", "个", 0, COUNT),
        ("bond.self_eval.budget", "政府债务自评项目资金", "万元", 0, wan("amount")),
        ("bond.self_eval.exec", "政府债务自评执行数", "万元", 0, wan("executed_amount")),
        ("bond.self_eval.exec_rate", "政府债务自评执行率", "%", 0, ratio("executed_amount", "amount")),
        ("bond.self_eval.score", "政府债务绩效评价得分", "分", 0, mean("r.score")),
    ),
}


def track_measures() -> Iterator[Measure]:
    """Yield the measures of all tracks: targets, then monitoring, then self-evaluation."""
    for track, lines in TARGETS.items():
        for key, title, unit, decimals, aggregate in lines:
            yield Measure(key, title, unit, decimals, "track_target", track_targets(track), aggregate)
    for stage, kind, tracks in (
        ("track_monitoring", "monitoring", MONITORED),
        ("track_self_evaluation", "self_evaluation", SELF_EVALUATED),
    ):
        for track, lines in tracks.items():
            for key, title, unit, decimals, aggregate in lines:
                yield Measure(key, title, unit, decimals, stage, track_filings(track, kind), aggregate)
