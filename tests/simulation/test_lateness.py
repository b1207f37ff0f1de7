"""Late filers change dates and late figures only; reminders and escalations follow from tasks and dates alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import RowMapping

from engine.parameters import parameters
from tests.simulation.conftest import LivedYear
from tests.simulation.orders import EVALUATED, LATE_SHARE, shawan

pytestmark = pytest.mark.slow
LOCAL = ZoneInfo("Asia/Shanghai")
BEFORE, AFTER, NINE = (10, 5, 1), (1, 3, 5), 9
RECIPIENTS = {
    -10: ["assignee"],
    -5: ["assignee"],
    -1: ["assignee", "unit_head"],
    1: ["unit_head"],
    3: ["department", "section"],
    5: ["performance"],
}
LATE_FIGURES = (
    *("late", "reminders_sent", "escalations_sent", "timers_fired"),
    *("late_submissions", "circulars"),
)
TASKS = """
select t.id, t.stage, t.role, t.created_at, t.due_at, t.ended_at, t.late, t.round, i.subject_code,
       t.campaign_id, t.status
  from user_task t join process_instance i on i.id = t.instance_id
"""
MEMBERS = "select subject_code as code, campaign_id from campaign_subject where reason is null"


def rounded(part: float) -> int:
    """Round half up."""
    return int(part + 0.5)


def told(task: RowMapping) -> Iterator[tuple[str, str, int]]:
    """Yield what the rules say must have been sent about a task: while it was open, at nine on the day."""
    due_on = task["due_at"].astimezone(LOCAL).date()
    for offset in [-days for days in BEFORE] + list(AFTER):
        day = due_on + timedelta(days=offset)
        at = datetime(day.year, day.month, day.day, NINE, tzinfo=LOCAL)
        if task["created_at"] <= at < task["ended_at"]:
            yield str(task["id"]), "reminder" if offset < 0 else "escalation", offset


def derived(year: LivedYear) -> set[tuple[str, str, int]]:
    return {one for task in year.ask(f"{TASKS} where t.due_at is not null") for one in told(task)}


def recorded(year: LivedYear) -> list[RowMapping]:
    return year.ask(
        "select task_id, type, at, data from event where type in ('reminder.sent', 'escalation.sent') order by id"
    )


def test_late_filers_change_no_figure_and_no_finding(base: LivedYear, late: LivedYear) -> None:
    assert late.report["measures"] == base.report["measures"]
    assert late.report["findings"] == base.report["findings"]
    assert late.report["missing"] == base.report["missing"] == []


def test_late_filers_change_only_late_figures_of_the_run(base: LivedYear, late: LivedYear) -> None:
    changed = {name for name in base.report["run"] if base.report["run"][name] != late.report["run"][name]}

    assert changed == set(LATE_FIGURES)
    more = late.report["run"]["timers_fired"] - base.report["run"]["timers_fired"]
    struck = "select id from timer where element_id = 'overdue' and status = 'fired'"
    assert more == len(late.ask(struck)) - len(base.ask(struck)) > 0
    differing = {part for part in base.report if base.report[part] != late.report[part]}
    assert differing == {"late_share", "run", "overdue", "circulars"}


def test_nobody_is_late_unless_asked_for(base: LivedYear) -> None:
    assert base.report["run"]["late"] == base.report["run"]["escalations_sent"] == 0
    assert base.report["overdue"] == []


def test_exactly_the_rounded_share_of_the_filers_of_each_stage_is_late(late: LivedYear) -> None:
    members: dict[int, set[str]] = {}
    for row in late.ask(MEMBERS):
        members.setdefault(row["campaign_id"], set()).add(row["code"])
    filers: dict[int, set[str]] = {}
    late_ones: dict[int, set[str]] = {}
    stages: dict[int, str] = {}
    for task in late.ask(f"{TASKS} where t.role = 'preparer' and t.round = 1 and t.due_at is not null"):
        filers.setdefault(task["campaign_id"], set()).add(task["subject_code"])
        stages[task["campaign_id"]] = task["stage"]
        if task["late"]:
            late_ones.setdefault(task["campaign_id"], set()).add(task["subject_code"])
    everybody_files = {one for one in filers if filers[one] == members[one]}

    found = {one: len(late_ones.get(one, ())) for one in everybody_files}

    assert found == {one: rounded(LATE_SHARE * len(members[one])) for one in everybody_files}
    assert {"target", "monitoring", "self_evaluation", "whole_self_evaluation", "track_target"} <= {
        stages[one] for one in everybody_files
    }


def test_a_late_filer_is_in_the_overdue_list_with_both_days(late: LivedYear) -> None:
    overdue = late.report["overdue"]
    held = late.ask(f"{TASKS} where t.late")

    assert Counter((one["stage"], one["subject"]) for one in overdue) == Counter(
        (task["stage"], task["subject_code"]) for task in held
    )
    assert len(overdue) == late.report["run"]["late"]
    assert all(one["due_on"] < one["completed_on"] for one in overdue)
    assert [one["due_on"] for one in overdue] == sorted(one["due_on"] for one in overdue)


def test_a_task_is_late_exactly_if_it_was_done_after_its_due_moment(late: LivedYear) -> None:
    tasks = late.ask(f"{TASKS} where t.status = 'completed' and t.due_at is not null")

    assert [task["id"] for task in tasks if task["late"] != (task["ended_at"] > task["due_at"])] == []


@pytest.mark.parametrize("name", ["base", "late"])
def test_reminders_and_escalations_are_those_the_rules_give(
    request: pytest.FixtureRequest, name: str
) -> None:
    year: LivedYear = request.getfixturevalue(name)

    sent = [
        (str(row["task_id"]), row["type"].split(".")[0], row["data"]["offset_days"]) for row in recorded(year)
    ]

    assert len(sent) == len(set(sent)), "each once"
    assert set(sent) == derived(year)
    of_stages = {str(task["id"]) for task in year.ask(f"{TASKS} where t.campaign_id is not null")}
    by_kind = Counter(kind for task, kind, _ in sent if task in of_stages)
    run = year.report["run"]
    assert (by_kind["reminder"], by_kind["escalation"]) == (run["reminders_sent"], run["escalations_sent"])


def test_each_message_goes_at_nine_to_the_roles_of_its_rung(late: LivedYear) -> None:
    rows = recorded(late)

    wrong: list[Any] = []
    for row in rows:
        roles = [one["role"] for one in row["data"]["recipients"]]
        moment = row["at"].astimezone(LOCAL)
        if roles != RECIPIENTS[row["data"]["offset_days"]] or (moment.hour, moment.minute) != (NINE, 0):
            wrong.append(row)
    assert wrong == []
    assert {row["data"]["offset_days"] for row in rows} == set(RECIPIENTS)
    [notified] = late.ask("select count(*) as n from notification where rung_id is not null")
    assert notified["n"] == sum(len(RECIPIENTS[row["data"]["offset_days"]]) for row in rows)


def test_an_unsent_rung_says_why(late: LivedYear) -> None:
    reasons = late.ask("select distinct status, reason from ladder_rung")

    assert {(row["status"], row["reason"]) for row in reasons} == {
        ("sent", None),
        ("skipped", "task_completed"),
        (
            "skipped",
            "task_cancelled",
        ),  # an upper-level score that came as a message ends the task that waits for it
        ("skipped", "moment_passed"),
    }


def test_a_late_form_was_accepted_before_the_stage_closed(late: LivedYear) -> None:
    found = late.ask(
        "select t.ended_at, c.closes_at from user_task t join campaign c on c.id = t.campaign_id where t.late"
    )

    assert found
    assert all(row["ended_at"] <= row["closes_at"] for row in found)


SUBMISSIONS = {
    *(
        "pre_evaluation/file_report",
        "target/file_target",
        "monitoring/fill_monitoring",
        "rectification/reply",
    ),
    *("self_evaluation/fill_self_evaluation", "dept_selection/select_projects", "dept_evaluation/evaluate"),
    *("whole_target/file", "whole_monitoring/file", "whole_self_evaluation/fill"),
    *("track_target/file", "track_monitoring/file", "track_self_evaluation/file"),
}
"""What units hand in by a day, by diagram and element."""
MISSED = """
select t.id, t.definition_key || '/' || t.element_id as place, t.due_at, t.ended_at, t.round, t.organisation_id,
       t.campaign_id, t.created_at, i.subject_code
  from user_task t join process_instance i on i.id = t.instance_id where t.due_at is not null
"""


@pytest.mark.parametrize("name", ["base", "late"])
def test_what_was_missing_at_midnight_after_its_day_is_noted_and_nothing_else(
    request: pytest.FixtureRequest, name: str
) -> None:
    year: LivedYear = request.getfixturevalue(name)

    def midnight(task: RowMapping) -> datetime:
        day = task["due_at"].astimezone(LOCAL).date() + timedelta(days=1)
        return datetime(day.year, day.month, day.day, tzinfo=LOCAL)

    expected = {
        (task["id"], task["subject_code"], task["campaign_id"], task["round"], midnight(task))
        for task in year.ask(MISSED)
        if task["place"] in SUBMISSIONS
        and task["created_at"] <= task["due_at"]
        and midnight(task) <= task["ended_at"]
    }
    noted = year.ask("select * from late_submission")

    assert {
        (one["task_id"], one["subject_code"], one["campaign_id"], one["round"], one["found_at"])
        for one in noted
    } == expected
    assert bool(expected) == (name == "late")


DAYS_TO_CIRCULAR = 5
CAMPAIGNS = "select id, stage, round, due_at from campaign where status <> 'waived'"
LISTED = """
select c.campaign_id, c.stage, c.checkpoint, c.drafted_at, c.issued_at, l.task_id
  from circular c join late_submission l on l.circular_id = c.id
"""


@pytest.mark.parametrize("name", ["base", "late"])
def test_each_stage_has_one_circular_of_who_was_late_when_the_policy_s_days_were_over(
    request: pytest.FixtureRequest, name: str
) -> None:
    year: LivedYear = request.getfixturevalue(name)
    workdays = shawan(EVALUATED).parameters()
    calendar = parameters(workdays).calendar

    def drafted(campaign: RowMapping) -> datetime:
        day = calendar.workdays_after(campaign["due_at"].astimezone(LOCAL).date(), DAYS_TO_CIRCULAR)
        following = day + timedelta(days=1)
        return datetime(following.year, following.month, following.day, tzinfo=LOCAL)

    moments = {one["id"]: drafted(one) for one in year.ask(CAMPAIGNS)}
    noted = year.ask("select task_id, campaign_id, found_at from late_submission")
    expected = {
        (one["campaign_id"], moments[one["campaign_id"]], one["task_id"])
        for one in noted
        if one["found_at"] < moments[one["campaign_id"]]
    }
    listed = year.ask(LISTED)

    assert {(one["campaign_id"], one["drafted_at"], one["task_id"]) for one in listed} == expected
    assert all(one["issued_at"] is not None for one in listed), "the performance section issued each"
    issued = {(one["stage"], one["checkpoint"]) for one in listed}
    assert len(year.ask("select id from circular")) == len(issued) == year.report["run"]["circulars"]
    assert {(one["stage"], one["round"]) for one in year.report["circulars"]} == issued
    assert year.report["run"]["late_submissions"] == len(noted)


HELD = "select person_id, role, organisation_id, valid_from, valid_to from role_assignment"
CLAIMED = "select task_id, actor_id, at from event where type = 'task.claimed' order by at"
PLACES = "select id, role, organisation_id, counter_sign from user_task"
MESSAGES = """
select r.task_id, r.offset_days, m.person_id from message m
  join notification n on n.id = m.notification_id join ladder_rung r on r.id = n.rung_id
"""


def test_each_message_reaches_who_has_the_task_or_holds_the_role_that_day_and_nobody_else(
    late: LivedYear,
) -> None:
    held, tasks = late.ask(HELD), {row["id"]: row for row in late.ask(PLACES)}
    claims = late.ask(CLAIMED)

    def holders(role: str, place: int, at: datetime) -> set[int]:
        day = at.astimezone(LOCAL).date()
        return {
            one["person_id"]
            for one in held
            if (one["role"], one["organisation_id"]) == (role, place)
            and one["valid_from"] <= day
            and (one["valid_to"] is None or day <= one["valid_to"])
        }

    def meant(row: RowMapping) -> Iterator[int]:
        task = tasks[row["task_id"]]
        for one in row["data"]["recipients"]:
            if one["role"] != "assignee":
                yield from holders(one["role"], one["organisation_id"], row["at"])
                continue
            mine = [c["actor_id"] for c in claims if c["task_id"] == task["id"] and c["at"] < row["at"]]
            yield from mine[-1:] or holders(task["role"], task["organisation_id"], row["at"])

    asked = [row for row in recorded(late) if tasks[row["task_id"]]["counter_sign"] is None]
    expected = {
        (row["task_id"], row["data"]["offset_days"], person) for row in asked for person in meant(row)
    }
    found = [
        (row["task_id"], row["offset_days"], row["person_id"])
        for row in late.ask(MESSAGES)
        if tasks[row["task_id"]]["counter_sign"] is None
    ]

    assert len(found) == len(set(found)), "each once"
    assert set(found) == expected
    assert {person for _, _, person in expected}
