"""Make up a county's evaluated year in the ledger format; the same seed gives the same county."""

from collections.abc import Mapping
from random import Random
from typing import Any

from engine.errors import InvalidInput
from ledger.county.budgets import deal, project_budgets
from ledger.county.defects import overspend, put_defect
from ledger.county.departments import Made, department_rows, make_departments
from ledger.county.evaluations import add_department_evaluations, add_key_evaluations
from ledger.county.indicators import indicator_rows
from ledger.county.library import Library, load
from ledger.county.plan import Plan, plan_of
from ledger.county.scores import add_outcomes, draw_grades
from ledger.county.tracks import excluded_rows, pre_evaluation_rows, track_rows

LEAST_PROJECTS, MOST_PROJECTS = 5, 20_000


def generate(policy: Mapping[str, Any], year: int, projects: int, seed: int, name: str) -> dict[str, Any]:
    """Return a ledger document: departments, evaluated projects, excluded ones, new ones and special tracks.

    policy: resolved policy values by dotted key; they decide bands, weights, shares, exclusions and tracks.
    name: what the county is called. Defects of known kinds are put in at known rates and labelled in `defects`.
    Raises InvalidInput if `projects` is out of bounds.
    """
    if not LEAST_PROJECTS <= projects <= MOST_PROJECTS:
        raise InvalidInput(
            f"项目数应在 {LEAST_PROJECTS} 到 {MOST_PROJECTS} 之间，实为 {projects}；请改用这个范围内的数。",
            code="county.project_count",
        )
    library, plan = load(), plan_of(policy, year)
    made, owners = make_departments(library, projects)
    rows = _projects(library, plan, made[:owners], year, projects, seed)
    add_department_evaluations(rows, plan, _stream(seed, "dept_eval"))
    add_key_evaluations(rows, library, plan, _stream(seed, "key_eval"))
    tracks = track_rows(projects, made[:owners], plan, _stream(seed, "tracks"))
    document = {
        "year": year,
        "name": name,
        "seed": seed,
        "departments": department_rows(made, plan, _stream(seed, "departments")),
        "projects": rows,
        "excluded": excluded_rows(projects, year, made[:owners], plan, _stream(seed, "excluded")),
        "pre_eval": pre_evaluation_rows(projects, made[:owners], _stream(seed, "pre_eval")),
        **tracks,
    }
    if "bond" in tracks:
        document["bond_monitor_units"] = len({row["dept"] for row in tracks["bond"]})
    return document


def _projects(
    library: Library, plan: Plan, owners: list[Made], year: int, count: int, seed: int
) -> list[dict[str, Any]]:
    budgets = project_budgets(count, _stream(seed, "budgets"))
    owner_of = deal(count, len(owners), _stream(seed, "owners"))
    grades = draw_grades(budgets, plan, _stream(seed, "grades"))
    texts, outcomes, defects = (_stream(seed, part) for part in ("texts", "outcomes", "defects"))
    rows = []
    for number, budget in enumerate(budgets):
        row = _project(library, plan, owners[owner_of[number]], budget, texts)
        row["id"] = f"P{year}-{number + 1:04d}"
        add_outcomes(row, grades[number], number, plan, outcomes)
        overspend(row, defects)
        put_defect(row, defects)
        rows.append(row)
    return rows


def _project(library: Library, plan: Plan, owner: Made, budget: int, rng: Random) -> dict[str, Any]:
    archetype = rng.choice(library.archetypes[rng.choice(owner.classes)])
    return {
        "id": "",
        "dept": owner.code,
        "name": titled(rng.choice(library.titles), archetype.name),
        "function_class": archetype.function_class,
        "class73": False,
        "budget": budget,
        "indicators": indicator_rows(library, archetype, plan, budget, rng),
        "defects": [],
    }


def titled(title: str, name: str) -> str:
    """Return the name of a project: what it is called by its title is not said by its kind once more."""
    for word in ("项目", "经费", "专项"):
        name = name.removesuffix(word)
    return title.format(name)


def _stream(seed: int, part: str) -> Random:
    """Return a random stream of its own for each part, so that one part can change without the others."""
    return Random(f"{seed}/{part}")
