"""Which projects a made-up county evaluates: by department at least the policy's share, and the key ones."""

from collections import defaultdict
from random import Random
from typing import Any

from ledger.county.budgets import choose
from ledger.county.library import Library
from ledger.county.plan import Plan

Project = dict[str, Any]
SECOND_GRADE = {"dept": 0.01, "key": 0.2}


def add_department_evaluations(projects: list[Project], plan: Plan, rng: Random) -> None:
    """Choose projects in each department until the share is reached, and give them an evaluation."""
    by_department: defaultdict[str, list[Project]] = defaultdict(list)
    for project in projects:
        project["sel"] = False
        by_department[project["dept"]].append(project)
    for owned in by_department.values():
        for place in choose([project["budget"] for project in owned], plan.selected_share, rng):
            _evaluate(owned[place], plan, rng)


def _evaluate(project: Project, plan: Plan, rng: Random) -> None:
    score = _score(plan, "dept", rng)
    reviewed = max(0, min(10_000, score + rng.randint(-60, 60)))
    points = sum(row["self_pts"] for row in project["indicators"])
    project["sel"] = True
    project["dept_eval"] = {
        "score": score,
        "fin_score": reviewed if rng.random() < 0.3 else score,
        "completion": points * 10_000 // plan.weight_total,
    }


def add_key_evaluations(projects: list[Project], library: Library, plan: Plan, rng: Random) -> None:
    """Give the largest projects a key evaluation by one of the firms."""
    largest = sorted(projects, key=lambda project: (-project["budget"], project["id"]))
    for project in largest[: plan.key_projects(len(projects))]:
        project["key_eval"] = {"score": _score(plan, "key", rng), "firm": rng.choice(library.firms)}


def _score(plan: Plan, kind: str, rng: Random) -> int:
    second = len(plan.bands) > 1 and rng.random() < SECOND_GRADE[kind]
    band = plan.bands[1 if second else 0]
    return rng.randint(max(band.low, band.most - 450), band.most)
