"""What happened to an instance, in plain words: one line per event, newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.calendar.local_time import SHANGHAI, local_date
from engine.explaining import spoken
from engine.history import Entry
from host.web.day import short, today, weekday
from host.web.words import translate as _

CAUSES = {
    "returned": "因退回而撤下",
    "withdrawn": "因拿回而撤下",
    "moved": "因移到别的环节而撤下",
    "cancelled": "因事项取消而撤下",
}
PLAIN: Mapping[str, tuple[str, str, str]] = {
    "instance.started": ("year", "", "事项开始"),
    "task.created": ("inbox", "", "“{name}”到达"),
    "task.claimed": ("hand", "", "{who}认领“{name}”"),
    "task.released": ("hand", "", "{who}释放“{name}”"),
    "task.opened": ("search", "", "{who}打开“{name}”"),
    "task.completed": ("done", "is-done", "{who}办结“{name}”"),
    "task.withdrawn": ("back", "", "{who}拿回“{name}”"),
    "task.cancelled": ("out", "", "“{name}”{cause}"),
    "task.returned": ("back", "is-back", "{who}从“{name}”退回，第 {round} 轮"),
    "task.sent_back": ("back", "is-back", "“{name}”签署未通过，重新签署"),
    "task.delegated": ("users", "", "{who}把“{name}”委派给别人"),
    "task.delegation_resolved": ("users", "", "{who}交回“{name}”"),
    "task.transferred": ("users", "", "{who}把“{name}”转办给别人"),
    "task.copied": ("users", "", "{who}抄送“{name}”"),
    "task.urged": ("clock", "", "{who}催办“{name}”"),
    "task.signers_added": ("users", "", "{who}请人加签“{name}”"),
    "task.signer_removed": ("users", "", "{who}减去“{name}”的一位签署人"),
    "task.seat_claimed": ("hand", "", "{who}认领“{name}”的签署"),
    "task.seat_released": ("hand", "", "{who}释放“{name}”的签署"),
    "task.signed": ("done", "is-done", "{who}签署“{name}”"),
    "task.decided": ("done", "is-done", "“{name}”签署有了结果"),
    "remark.judged": ("swap", "", "{who}复核退回意见"),
    "attachment.added": ("folder", "", "{who}为“{name}”加了附件"),
    "attachment.withdrawn": ("folder", "", "{who}拿掉“{name}”的一个附件"),
    "reminder.sent": ("clock", "", "“{name}”的提醒已发"),
    "escalation.sent": ("warn", "is-warn", "“{name}”的逾期通报已发"),
    "timer.fired": ("clock", "", "到了时间：{name}"),
    "decision.evaluated": ("flow", "", "按规则判定：{decision}"),
    "operation.called": ("flow", "", "系统办理“{name}”"),
    "message.received": ("inbox", "", "收到“{name}”等待的通知"),
    "message.sent": ("out", "", "“{name}”发出通知"),
    "signal.received": ("inbox", "", "收到“{name}”等待的信号"),
    "signal.sent": ("out", "", "“{name}”发出信号"),
    "incident.opened": ("bad", "is-bad", "“{name}”没有执行成功"),
    "incident.resolved": ("done", "is-done", "“{name}”的故障已处理"),
    "instance.suspended": ("clock", "is-warn", "{who}挂起了事项"),
    "instance.redated": ("clock", "", "{who}改了期限"),
    "task.extension_asked": ("clock", "", "{who}为“{name}”申请延期"),
    "task.extension_decided": ("clock", "", "{who}答复“{name}”的延期申请"),
    "instance.resumed": ("next", "", "{who}恢复了事项"),
    "instance.migrated": ("flow", "", "{who}把事项换到新的流程版本"),
    "token.moved": ("flow", "", "{who}把事项移到别的环节"),
    "instance.completed": ("done", "is-done", "全部办完"),
    "instance.cancel_requested": ("out", "is-bad", "{who}终止了事项"),
    "instance.cancelled": ("out", "is-bad", "事项已终止"),
}
"""By kind of event: icon, look, sentence."""
MINOR = frozenset({
    "task.opened", "operation.called", "decision.evaluated", "message.sent", "message.received", "signal.sent",
    "signal.received", "task.seat_claimed", "task.seat_released", "instance.cancel_requested",
})  # fmt: skip
"""Left out unless everything is asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story. look: the class of its icon; rest: what else is to be known, "" if nothing."""

    kind: str
    at: datetime
    when: str
    icon: str
    look: str
    text: str
    rest: str


def lines(entries: Sequence[Entry], *, everything: bool) -> list[Line]:
    """Return the lines of a story, newest first. everything: also what only explains how it works."""
    told = [one for one in entries if one.kind in PLAIN and (everything or one.kind not in MINOR)]
    return [_line(one) for one in reversed(told)]


def moment(at: datetime) -> str:
    """Return a moment as people write it; the year only if it is not this one."""
    local, day = at.astimezone(SHANGHAI), local_date(at)
    year = "" if day.year == today().day.year else _("{year}年", year=day.year)
    return f"{year}{short(day)} {weekday(day)} {local:%H:%M}"


def _line(entry: Entry) -> Line:
    icon, look, text = PLAIN[entry.kind]
    data = entry.data
    text = _(
        text,
        who=entry.actor_name,
        name=entry.name,
        cause=_(CAUSES.get(data.get("cause", ""), "已撤下")),
        round=data.get("round", 1),
        decision=data.get("name") or data.get("key", ""),
    )
    rest = REST[entry.kind](data) if entry.kind in REST else ""
    return Line(entry.kind, entry.at, moment(entry.at), icon, look, text, rest)


def _reason(data: Mapping[str, Any]) -> str:
    remarks = data.get("remarks")
    said = _("{count} 条意见", count=remarks) if remarks else ""
    return "；".join(part for part in (str(data.get("reason") or ""), said) if part)


def _decided(data: Mapping[str, Any]) -> str:
    said = _("同意延到 {day}", day=data["until"]) if data["granted"] else _("不同意")
    return "；".join(part for part in (said, data.get("opinion")) if part)


def offset(days: int) -> str:
    """Return how far a rung is from the due day."""
    if not days:
        return _("到期当天")
    return _("到期前 {days} 天", days=-days) if days < 0 else _("逾期 {days} 天", days=days)


REST: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "task.returned": _reason,
    "task.completed": lambda data: _("晚于期限") if data.get("late") else "",
    "task.transferred": _reason,
    "task.signers_added": _reason,
    "task.signer_removed": _reason,
    "instance.suspended": _reason,
    "instance.redated": _reason,
    "task.extension_asked": lambda data: _("到 {day}：{reason}", day=data["until"], reason=data["reason"]),
    "task.extension_decided": _decided,
    "instance.cancel_requested": _reason,
    "remark.judged": lambda data: _("{settled} 条已解决，{unsettled} 条未解决", **data),
    "reminder.sent": lambda data: offset(data.get("offset_days", 0)),
    "escalation.sent": lambda data: offset(data.get("offset_days", 0)),
    "decision.evaluated": lambda data: spoken(data.get("outputs")),
    "incident.opened": lambda data: str(data.get("text", "")),
    "incident.resolved": _reason,
}
