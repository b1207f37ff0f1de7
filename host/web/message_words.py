"""What a message says: its kind in a word, its icon, a sentence, what else is to be known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from host.web.story_words import moment, offset
from host.web.words import translate as _

KINDS = {
    "reminder": ("clock", "提醒"),
    "escalation": ("warn", "逾期通报"),
    "urge": ("clock", "催办"),
    "return": ("back", "退回"),
    "move": ("flow", "移到别的环节"),
    "transfer": ("users", "转办"),
    "delegate": ("users", "委派"),
    "release": ("users", "放回待领"),
    "seat": ("users", "签署席位放回"),
    "redated": ("clock", "改期"),
    "extension": ("clock", "延期答复"),
    "circular": ("warn", "通报和考核"),
    "withdrawn": ("out", "撤下"),
    "cc": ("users", "抄送"),
    "substitution": ("users", "代理"),
    "test": ("bell", "测试"),
    "bounced": ("warn", "退信"),
}
OF_NO_TASK = {
    "test": "测试消息：收到就说明这个渠道是通的",
    "circular": "通报印发了，或者考核核定了；打开这里看",
    "bounced": "您的邮箱拒收了通知，已停发；请打开这里重新验证",
}
PLACES = {"substitution": "substitutes", "bounced": "my_telling", "circular": "lateness"}
"""Where a message leads that is about no task, by its kind."""
OVER = {
    "completed": "任务已办结，不用再办",
    "cancelled": "任务已撤下，不用再办",
    "suspended": "事项挂起，先不用办",
    "open": "别人已在办，不用您办",
}


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as it is shown. past: why it no longer matters, "" if it does; due_at: of a task that is open."""

    number: int
    kind: str
    icon: str
    word: str
    title: str
    about: str
    text: str
    sender: str
    when: str
    due_at: datetime | None
    past: str
    fresh: bool
    leads: bool
    in_place_of: str


def line(row: Any) -> MessageLine:
    """Return the words for a row of `ledger.messages.page`."""
    icon, word = KINDS.get(row.kind, ("bell", row.kind))
    days = "" if row.offset_days is None else f"{offset(row.offset_days)}："
    past = "" if row.matters else _(OVER.get(row.task_status, "任务已办结，不用再办"))
    return MessageLine(
        row.id,
        row.kind,
        icon,
        _(word),
        f"{days}{row.task_name}" if row.task_name else _(OF_NO_TASK.get(row.kind, "")) or row.text or "",
        row.project or row.title or "",
        row.text or "" if row.task_name or row.kind in OF_NO_TASK else "",
        row.sender_name or "",
        moment(row.created_at),
        row.due_at if row.task_status == "open" else None,
        past,
        row.read_at is None and not past,
        row.task_id is not None or row.kind in PLACES,
        row.in_place_of or "",
    )
