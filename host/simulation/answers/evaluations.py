"""Answers about evaluations by departments and by the bureau, and what follows from them."""

from collections.abc import Iterable
from typing import Any

from forms.fields.texts import PLACEHOLDERS
from host.simulation.situation import Situation, points, wan
from ledger.importing.ledger_file import Project

GOOD_OPINION = "材料齐全,数据真实,结论与评分一致。"


def evaluation_selection(here: Situation) -> dict[str, Any]:
    """Choose the projects the ledger says were chosen; never draw them again."""
    chosen = (
        _chosen_by_bureau(here) if here.definition_key == "key_selection" else _chosen_by_department(here)
    )
    return {
        "projects": [project.id for project in chosen],
        "reason": "按上级部署和以前年度评价情况选定。",
    }


def _chosen_by_department(here: Situation) -> Iterable[Project]:
    return [one for one in here.ledger.projects if one.dept == here.subject_code and one.is_selected]


def _chosen_by_bureau(here: Situation) -> Iterable[Project]:
    return [one for one in here.ledger.projects if one.key_eval is not None]


def evaluation_report(here: Situation) -> dict[str, Any]:
    """Report the evaluation with the score the ledger states."""
    project = here.project
    report: dict[str, Any] = {
        "budget_amount": wan(project.budget),
        "executed_amount": wan(project.exec or 0),
        "summary": f"{project.name}总体完成情况良好,资金使用合规。",
        "problems": "个别指标佐证材料不够充分。",
        "suggestions": "完善指标佐证,加强过程管理。",
    }
    if here.definition_key == "dept_evaluation" and project.dept_eval is not None:
        report["score"] = points(project.dept_eval.score)
        report["completion_rate"] = points(project.dept_eval.completion)
    else:
        report["score"] = points(_key_score(project))
    return report


def _key_score(project: Project) -> int:
    if project.key_eval is not None:
        return project.key_eval.score
    return project.fin_score or project.self_score or 0


def evaluation_review(here: Situation) -> dict[str, Any]:
    """Accept the report with the bureau's own score."""
    project = here.project
    if here.stage == "dept_evaluation" and project.dept_eval is not None:
        return {"conclusion": "通过", "score": points(project.dept_eval.fin_score), "opinion": GOOD_OPINION}
    return {"conclusion": "通过", "score": points(_key_score(project)), "opinion": GOOD_OPINION}


def evaluation_plan(here: Situation) -> dict[str, Any]:
    """Plan the evaluation."""
    return {"method": "第三方评价", "plan": "收集资料、现场核查、问卷调查、形成报告、交换意见。"}


def procurement(here: Situation) -> dict[str, Any]:
    """Take the firm the ledger names."""
    key_eval = here.project.key_eval
    named = ((key_eval.firm if key_eval is not None else None) or "").strip()
    firm = "第三方机构" if not named or named.lower() in PLACEHOLDERS else named
    return {"firm": firm, "method": "公开招标", "conflict_free": True}


def opinion_reply(here: Situation) -> dict[str, Any]:
    """Agree with the draft report."""
    return {"agreed": True}


def panel_opinion(here: Situation) -> dict[str, Any]:
    """Pass the report, each member as what they are."""
    kinds = here.policy["expert_panel"]["composition"]
    return {"member_kind": kinds[here.member % len(kinds)], "recused": False, "verdict": "通过"}


def evaluation_final(here: Situation) -> dict[str, Any]:
    """Settle the final score."""
    return {"score": points(_key_score(here.project)), "summary": "评审通过,形成最终评价结果。"}


def rectification_notice(here: Situation) -> dict[str, Any]:
    """Issue a notice."""
    return {
        "problems": "绩效目标完成情况未达到要求,预算执行率偏低。",
        "requirement": "分析原因,制定整改措施并按期报送整改结果。",
        "severity": "一般",
    }


def rectification_reply(here: Situation) -> dict[str, Any]:
    """Reply that it was put right."""
    return {"measures": "完善工作机制,加强过程管理。", "result": "已按要求完成整改。", "evidence": "整改报告"}


def rectification_verification(here: Situation) -> dict[str, Any]:
    """Verify."""
    return {"conclusion": "已整改"}


def disclosure_package(here: Situation) -> dict[str, Any]:
    """Prepare what the department discloses: its own projects."""
    own = [one for one in here.ledger.projects if one.dept == here.subject_code]
    return {
        "item_count": len(own),
        "amount": wan(sum(one.budget for one in own)),
        "statement": "公开内容与批复一致,已完成保密审查。",
    }


def disclosure_review(here: Situation) -> dict[str, Any]:
    """Let it be disclosed."""
    return {"secrecy_checked": True, "conclusion": "通过"}
