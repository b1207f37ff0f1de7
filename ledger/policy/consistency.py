"""Values that contradict each other, lack a source or wait for the bureau."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Resolved(Protocol):
    """What of a resolved pack is checked."""

    @property
    def year(self) -> int:
        """Return the budget year."""
        ...

    @property
    def values(self) -> Mapping[str, Any]:
        """Return the values by dotted key."""
        ...

    @property
    def inferred(self) -> Mapping[str, str]:
        """Return what the bureau must confirm, by dotted key."""
        ...

    @property
    def dates(self) -> Mapping[str, Any]:
        """Return the stage dates."""
        ...


@dataclass(frozen=True)
class Remark:
    """One thing to look at; severity is error, warning or confirm."""

    key: str
    severity: str
    code: str
    text: str


def remarks(pack: Resolved) -> list[Remark]:
    """Return all remarks on a resolved pack, errors first."""
    order = {"error": 0, "warning": 1, "confirm": 2}
    found = [*_contradictions(pack.values), *_dates(pack), *_to_confirm(pack)]
    return sorted(found, key=lambda remark: order[remark.severity])


def _contradictions(values: Mapping[str, Any]) -> Iterator[Remark]:
    if values["spot_check.mode"] == "ratio" and not values["spot_check.min_ratio"]:
        yield Remark("spot_check.min_ratio", "error", "PC01", "按比例抽查时须写明抽查比例下限。")
    if values["spot_check.mode"] == "threshold" and values["spot_check.amount_wan"] is None:
        yield Remark("spot_check.amount_wan", "error", "PC02", "按金额抽查时须写明金额门槛。")
    if values["expert_panel.required"] and not values["expert_panel.composition"]:
        yield Remark("expert_panel.composition", "error", "PC03", "须专家组评审时要写明专家组构成。")
    weights = values["key_eval.weights"]
    share = (weights.get("产出", 0) + weights.get("效益", 0)) / 100
    if share < values["key_eval.min_output_effect_share"]:
        yield Remark("key_eval.weights", "warning", "PC04", "产出与效益的权重之和低于规定下限。")
    cap = values["monitoring.fail_cap"]
    if cap is not None and cap["cap_grade"] not in [band[0] for band in values["grading.bands"]]:
        yield Remark("monitoring.fail_cap", "warning", "PC05", "限档等级不在评价等级之中,按最低等级处理。")
    if values["result.deduct_below_score"] is not None and values["result.deduct_ratio_table"] is None:
        yield Remark(
            "result.deduct_ratio_table",
            "warning",
            "PC06",
            "写明了扣减分数线而没有扣减比例表,按线性比例处理。",
        )
    noted, told = values["lateness.after_workdays"], values["circular.after_workdays"]
    if told is not None and (noted is None or told <= noted):
        yield Remark(
            "circular.after_workdays",
            "warning",
            "PC09",
            "通报日应晚于登记迟报的日子,否则通报时名单是空的。",
        )


def _dates(pack: Resolved) -> Iterator[Remark]:
    for stage, part in pack.dates.items():
        for period in part if isinstance(part, list) else [part]:
            days = [period[name] for name in ("opens", "due", "closes") if name in period]
            if days != sorted(days):
                yield Remark(
                    f"stages.{stage}",
                    "error",
                    "PC07",
                    f"{pack.year} 年 {stage} 的开始、截止、结束日先后颠倒:{days}。",
                )


def _to_confirm(pack: Resolved) -> Iterator[Remark]:
    for key, text in sorted(pack.inferred.items()):
        yield Remark(key, "confirm", "PC08", text)
