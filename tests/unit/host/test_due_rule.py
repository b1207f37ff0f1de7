"""The words for why a task is due when it is."""

import pytest

from engine.bpmn.element import Element
from engine.parameters import parameters
from host.web.due_rule import due_rule

YEAR = parameters(
    {"jurisdiction": "riverside", "year": 2021, "policy": {"circular": {"issue_workdays": 3}}, "dates": {}}
)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("workdays_after(today, 10)", "收到后 10 个工作日"),
        ("workdays_after(today, policy.circular.issue_workdays)", "收到后 3 个工作日"),
        ("workdays_after(today, rectification_days)", "收到后若干个工作日，办理时算出"),
        ("workdays_after(date(due_on), 5)", "上一期限后 5 个工作日"),
        ("date(due_on)", "本轮统一安排的期限"),
    ],
)
def test_a_span_is_said_in_days_whether_the_diagram_or_the_policy_states_it(due: str, said: str) -> None:
    assert due_rule(Element("issue", "userTask", "核定", due=due), YEAR, 1) == said
