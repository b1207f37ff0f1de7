"""Which transition is allowed, as tables: the one place that knows the states."""

from engine.errors import WrongState

INSTANCE = {
    "active": {"completed", "cancelled", "suspended"},
    "suspended": {"active", "cancelled"},
    "completed": set[str](),
    "cancelled": set[str](),
}
TASK = {
    "open": {"completed", "cancelled", "suspended"},
    "suspended": {"open", "cancelled"},
    "completed": {"open"},
    "cancelled": set[str](),
}
CAMPAIGN = {
    "planned": {"open", "waived"},
    "open": {"closed", "waived"},
    "closed": set[str](),
    "waived": set[str](),
}

WORDS = {
    "active": "进行中",
    "completed": "已办结",
    "cancelled": "已取消",
    "open": "待办",
    "planned": "未开始",
    "closed": "已关闭",
    "waived": "已豁免",
    "suspended": "已挂起",
}
WORDS_OF_CAMPAIGNS = WORDS | {"open": "进行中"}


def require(states: dict[str, set[str]], found: str, wanted: str, *, code: str, what: str) -> None:
    """Raise WrongState unless `found` may become `wanted`; the text says what was expected and found."""
    if wanted in states.get(found, ()):
        return
    words = WORDS_OF_CAMPAIGNS if states is CAMPAIGN else WORDS
    expected = "、".join(words.get(state, state) for state, after in states.items() if wanted in after)
    raise WrongState(
        f"{what}应处于“{expected}”状态,现在是“{words.get(found, found)}”,不能改为“{words.get(wanted, wanted)}”;"
        "请刷新页面查看最新情况。",
        code=code,
        expected=expected,
        found=found,
        wanted=wanted,
    )
