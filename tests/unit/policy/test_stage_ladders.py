"""A stage may have a ladder of its own: days, people, ways and words."""

from typing import Any

import pytest

from engine.parameters import parameters
from ledger.policy.errors import PolicyInvalid
from ledger.policy.pack import load
from ledger.policy.wording import worded

KEY = "calendar.stage_ladders"
OWN: dict[str, Any] = {
    "monitoring": [
        {"days": 3, "to": ["unit_head", "performance"], "by": ["mail"]},
        {"days": -5, "to": ["assignee"], "wording": "请先核对支付进度"},
        {"days": 0, "to": ["assignee"], "by": []},
    ],
    "approval": [],
}


def test_it_stands_in_place_of_the_common_one_for_that_stage_alone() -> None:
    chosen = parameters(load("cn-default").resolve(2024, {KEY: OWN}).parameters())

    own = chosen.ladder("standard", "monitoring")
    assert own and (own.before, own.after, own.at) == ((5, 0), (3,), "09:00")
    assert own.recipients == {"-5": ["assignee"], "0": ["assignee"], "3": ["unit_head", "performance"]}
    assert (own.channels, own.wordings) == ({"0": [], "3": ["mail"]}, {"-5": "请先核对支付进度"})
    silent = chosen.ladder("standard", "approval")
    assert silent and (silent.before, silent.after) == ((), ())
    assert (
        chosen.ladder("standard", "target") == chosen.ladder("standard", None) == chosen.ladders["standard"]
    )
    assert chosen.ladder(None, "monitoring") is None


def test_people_read_it_in_plain_words() -> None:
    assert worded(KEY, OWN) == (
        "运行监控:逾期 3 天告诉单位负责人和绩效科室(另发邮件)、提前 5 天告诉办理人“请先核对支付进度”、"
        "到期当天告诉办理人(另发无);预算批复:不提醒"
    )
    assert worded(KEY, {}) == "无"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"nowhere": []},
        {"monitoring": [{"days": 1}]},
        {"monitoring": [{"days": "1", "to": ["assignee"]}]},
        {"monitoring": [{"days": 121, "to": ["assignee"]}]},
        {"monitoring": [{"days": 1, "to": []}]},
        {"monitoring": [{"days": 1, "to": ["assignee"], "by": ["pigeon"]}]},
        {"monitoring": [{"days": 1, "to": ["assignee"], "wording": " "}]},
        {"monitoring": [{"days": 1, "to": ["assignee"], "channel": ["mail"]}]},
        {"monitoring": [{"days": 1, "to": ["assignee"]}, {"days": 1, "to": ["section"]}]},
    ],
)
def test_what_makes_no_ladder_is_refused_with_an_example(wrong: Any) -> None:
    with pytest.raises(PolicyInvalid, match="monitoring"):
        load("cn-default").resolve(2024, {KEY: wrong})
