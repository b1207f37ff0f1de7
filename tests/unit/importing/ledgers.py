"""Small ledgers for tests: one evaluated, one planned and monitored."""

from typing import Any

Body = dict[str, Any]


def indicator(l1: str = "产出指标", weight: int = 9_000, **more: Any) -> Body:
    """Return an indicator row."""
    return {
        "l1": l1,
        "l2": "数量指标",
        "l3": "巡检次数",
        "op": ">=",
        "value": 12.5,
        "unit": "次",
        "quantified": True,
        "evidence": "记录",
        "polarity": "higher",
        "weight": weight,
    } | more


def evaluated() -> Body:
    """Return a year that people evaluated."""
    return {
        "year": 2021,
        "departments": [
            {
                "code": "001",
                "name": "甲局",
                "whole": {"budget": 10, "exec": 12, "self_score": 9_000, "fin_score": 9_100},
            },
            {"code": "002", "name": "乙局"},
        ],
        "projects": [
            {
                "id": "P-1",
                "dept": "001",
                "name": "运维项目",
                "function_class": "201 一般公共服务",
                "class73": False,
                "budget": 1_000,
                "exec": 990,
                "exec_score": 990,
                "self_score": 9_790,
                "fin_score": 9_890,
                "sel": True,
                "dept_eval": {"score": 9_700, "fin_score": 9_700, "completion": 9_778},
                "key_eval": {"score": 9_810, "firm": "机构甲"},
                "defects": ["LABEL"],
                "indicators": [indicator(self_pts=8_800, fin_pts=8_900)],
            },
            {"id": "P-2", "dept": "001", "name": "运维项目", "budget": 0, "sel": False, "defects": []},
        ],
        "excluded": [{"id": "T-1", "dept": "002", "class73": True, "budget": 500}],
    }


def monitored() -> Body:
    """Return a year that people planned and monitored."""
    progress = {"monitored": True, "adj_budget": 1_100, "arrived": 900, "exec": 300, "progress": 52.8}
    return {
        "year": 2022,
        "departments": [
            {
                "code": "001",
                "name": "甲局",
                "whole_target": 7,
                "whole_monitor_budget": 7,
                "whole_monitor_exec": 3,
            }
        ],
        "projects": [
            {
                "id": "P-1",
                "dept": "001",
                "name": "项目一",
                "budget": 1_000,
                "indicators": [indicator()],
                **progress,
            },
            {
                "id": "P-2",
                "dept": "001",
                "name": "项目二",
                "budget": 50,
                "indicators": [],
                "monitored": False,
            },
        ],
        "direct": [{"id": "DIR-1", "dept": "001", "budget": 9, "n": None, "q": None, "region_pass": True}],
        "rural": [{"id": "RUR-1", "dept": "001", "budget": 9, "n": 10, "q": 8}],
        "ssf": [],
        "ppp": [{"id": "PPP-1", "dept": "001", "budget": 9, "n": 9, "q": 5, "monitored": 8}],
        "bond": [
            {"id": "BND-1", "dept": "001", "budget": 9, "n": 15, "q": 11}
            | {"self_budget": 8, "self_exec": 8, "self_score": 9_970}
        ],
        "pre_eval": [{"id": "PRE-1", "dept": "001", "budget": 10_000}],
        "bond_monitor_units": 1,
    }
