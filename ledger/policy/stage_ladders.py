"""Ladders that single stages have instead of the common one: each rung with its day, people, ways and words."""

from collections.abc import Mapping
from typing import Any

from ledger.policy.shapes import Shape, is_text, is_whole
from ledger.policy.vocabulary import in_chinese
from ledger.stage_names import STAGES

WAYS = {"mail": "邮件", "group": "群机器人"}
"""Beside the pages, where everybody is told."""
NAMES = {"days", "to", "by", "wording"}
FARTHEST, LONGEST = 120, 200


class StageLadders(Shape):
    """By stage a list of rungs: days (before the due day negative), to (roles), by (ways, all if absent), wording."""

    expected = (
        '阶段到提醒列表的对照表,如 {"monitoring":[{"days":-5,"to":["assignee"],"by":["mail"],"wording":"请先核对支付进度"}]}'
        f";天数在 -{FARTHEST} 到 {FARTHEST} 之间、不重复,渠道可写 mail、group"
    )

    def fits(self, value: Any) -> bool:
        """Accept rungs with different days by known stages."""
        return isinstance(value, dict) and all(
            stage in STAGES and _is_ladder(rungs) for stage, rungs in value.items()
        )


def _is_ladder(rungs: Any) -> bool:
    return (
        isinstance(rungs, list)
        and all(isinstance(one, dict) and _is_rung(one) for one in rungs)
        and len({one["days"] for one in rungs}) == len(rungs)
    )


def _is_rung(one: Mapping[str, Any]) -> bool:
    people, ways, words = one.get("to"), one.get("by", []), one.get("wording", "x")
    return (
        set(one) <= NAMES
        and is_whole(one.get("days"))
        and abs(one["days"]) <= FARTHEST
        and isinstance(people, list)
        and bool(people)
        and all(is_text(role) for role in people)
        and isinstance(ways, list)
        and set(map(str, ways)) <= set(WAYS)
        and is_text(words)
        and len(words) <= LONGEST
    )


def ladder_of(rungs: list[Mapping[str, Any]], at: str) -> dict[str, Any]:
    """Return the ladder of a stage, as `standard_ladder` returns the common one."""
    return {
        "before": sorted((-one["days"] for one in rungs if one["days"] <= 0), reverse=True),
        "after": sorted(one["days"] for one in rungs if one["days"] > 0),
        "recipients": {str(one["days"]): list(one["to"]) for one in rungs},
        "channels": {str(one["days"]): list(one["by"]) for one in rungs if "by" in one},
        "wordings": {str(one["days"]): one["wording"] for one in rungs if "wording" in one},
        "at": at,
    }


def said(ladders: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """Return these ladders for people."""
    return (
        ";".join(
            f"{STAGES[stage]}:{'、'.join(map(_rung, rungs)) or '不提醒'}" for stage, rungs in ladders.items()
        )
        or "无"
    )


def _rung(one: Mapping[str, Any]) -> str:
    days = one["days"]
    day = f"提前 {-days} 天" if days < 0 else f"逾期 {days} 天" if days else "到期当天"
    ways = "" if "by" not in one else f"(另发{'和'.join(WAYS[way] for way in one['by']) or '无'})"
    words = f"“{one['wording']}”" if "wording" in one else ""
    return f"{day}告诉{'和'.join(map(in_chinese, one['to']))}{ways}{words}"
