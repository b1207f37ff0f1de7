"""Events that wait for or throw exactly one thing, and know which."""

from collections.abc import Iterable
from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.event_parsing import TIMES
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.lint.flows import is_event_subprocess
from engine.bpmn.names import EVENT_DEFINITIONS, bpmn, ours
from engine.bpmn.nodes.timing import COUNTS, TASK_DUE

KINDS = ("message", "signal", "timer", "conditional", "error", "escalation", "terminate", "cancel")
REFERENCES = {
    "message": ("messageRef", "message", "消息"),
    "signal": ("signalRef", "signal", "信号"),
    "error": ("errorRef", "error", "错误"),
    "escalation": ("escalationRef", "escalation", "升级"),
}
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})


def definitions_of(node: Any) -> list[tuple[str, Any]]:
    """Return the event definitions of a node with their kinds."""
    return [(kind, one) for kind in KINDS for one in node.findall(bpmn(f"{kind}EventDefinition"))]


def check_events(found: Findings) -> None:
    """Check every event, send and receive task."""
    for node in found.nodes(*EVENT_DEFINITIONS):
        _check_event(found, node)
    for node in found.nodes("sendTask", "receiveTask"):
        _check_reference(found, node, "message", node)
        _check_correlation(found, node)
    for node in found.nodes("transaction"):
        _check_transaction(found, node)


def _check_event(found: Findings, node: Any) -> None:
    kind, known = local_name(node), definitions_of(node)
    if len(known) > 1:
        found.error(
            node, "event.many", f"事件“{title(node)}”等 {len(known)} 件事;请拆成几个事件,用事件网关选择。"
        )
    if not known:
        _check_plain(found, node, kind)
    for what, one in known:
        if what not in EVENT_DEFINITIONS[kind]:
            allowed = "、".join(sorted(EVENT_DEFINITIONS[kind]))
            found.error(node, "event.unsupported", f"{kind} 不支持 {what} 事件;请改用其中之一:{allowed}。")
        elif what == "timer":
            _check_timer(found, node, one)
        elif what == "conditional" and not (one.findtext(bpmn("condition")) or "").strip():
            found.error(node, "event.no_condition", f"条件事件“{title(node)}”没有条件;请填写。")
        elif what in REFERENCES:
            _check_reference(found, node, what, one)
        if what == "message":
            _check_correlation(found, node)
        if what in {"error", "escalation", "cancel"}:
            _check_climbing(found, node, what)
        if what == "cancel":
            _check_cancel(found, node)


def _check_climbing(found: Findings, node: Any, what: str) -> None:
    """What climbs out of an activity is caught at its border or by an event subprocess; an error always stops it."""
    is_start = local_name(node) == "startEvent"
    if is_start and not is_event_subprocess(node.getparent()):
        found.error(
            node, "event.unsupported", f"“{title(node)}”:错误和升级只能启动事件子流程;请换成消息或信号。"
        )
    attribute = "isInterrupting" if is_start else "cancelActivity"
    if what != "escalation" and node.get(attribute, "true") == "false":
        found.error(
            node, "event.must_interrupt", f"“{title(node)}”:错误和取消总会中断所在的活动;请改为中断事件。"
        )


def _check_plain(found: Findings, node: Any, kind: str) -> None:
    if kind in {"intermediateCatchEvent", "boundaryEvent"}:
        found.error(node, "event.none", f"事件“{title(node)}”没有说明等什么;请选择定时、消息、信号或条件。")
    elif kind == "startEvent" and is_event_subprocess(node.getparent()):
        found.error(
            node,
            "event.none",
            f"事件子流程的开始事件“{title(node)}”没有说明等什么;请选择消息、定时、信号或条件。",
        )


def _check_timer(found: Findings, node: Any, timer: Any) -> None:
    times = [
        (name, (timer.findtext(bpmn(name)) or "").strip())
        for name in TIMES
        if timer.find(bpmn(name)) is not None
    ]
    filled = [name for name, text in times if text]
    if len(filled) != 1:
        found.error(
            node,
            "timer.missing",
            f"定时事件“{title(node)}”应恰好写一种时间(日期、时长或周期),现在有 {len(filled)} 种;请改正。",
        )
    _check_counting(found, node, (text for _, text in times))
    interrupts = node.get("cancelActivity", "true") == "true"
    if "timeCycle" in filled and (local_name(node) != "boundaryEvent" or interrupts):
        found.error(
            node,
            "timer.cycle_place",
            f"周期只能用在不中断的边界事件上,“{title(node)}”不是;请改用日期或时长。",
        )


def _check_counting(found: Findings, node: Any, texts: Iterable[str]) -> None:
    """Only a date at the border of one task that has a due date may count from that date."""
    if not any(COUNTS.search(text) for text in texts):
        return
    hosts = [one for one in found.nodes() if one.get("id") == node.get("attachedToRef", "")]
    repeated = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    counts = [
        one
        for one in hosts
        if one.get(ours("due")) and all(one.find(bpmn(loop)) is None for loop in repeated)
    ]
    if not counts:
        found.error(
            node,
            "timer.no_due",
            f"“{title(node)}”从任务的截止日({TASK_DUE})起算,只能附在写了期限(bihuan:due)、不重复的人工任务上;请改正。",
        )


def _check_reference(found: Findings, node: Any, what: str, holder: Any) -> None:
    attribute, tag, word = REFERENCES[what]
    reference = holder.get(attribute)
    catches_any = what in {"error", "escalation"} and local_name(node) in {"boundaryEvent", "startEvent"}
    if not reference:
        if not catches_any:
            found.error(node, f"{what}.missing", f"“{title(node)}”没有选{word};请选择或新建一个。")
        return
    target = next((one for one in found.root.findall(bpmn(tag)) if one.get("id") == reference), None)
    if target is None:
        found.error(node, f"{what}.unknown", f"“{title(node)}”引用的{word}“{reference}”不存在;请重新选择。")
    elif what in {"message", "signal"} and not target.get("name"):
        found.error(node, f"{what}.no_name", f"{word}“{reference}”没有名称,无法对上;请起个名字。")
    elif what == "error" and not target.get("errorCode"):
        found.error(node, "error.no_code", f"错误“{reference}”没有代码,无法对上;请填写 errorCode。")
    elif what == "escalation" and not target.get("escalationCode"):
        found.error(node, "escalation.no_code", f"升级“{reference}”没有代码,无法对上;请填写 escalationCode。")


def _check_correlation(found: Findings, node: Any) -> None:
    if local_name(node) in CATCHING and not any(name.endswith("}correlation") for name in node.attrib):
        found.warning(
            node,
            "message.no_correlation",
            f"“{title(node)}”没有关联表达式,任何同名消息都会被它收下;建议填写 bihuan:correlation。",
        )


def _check_cancel(found: Findings, node: Any) -> None:
    if local_name(node) == "endEvent" and local_name(node.getparent()) != "transaction":
        found.error(
            node,
            "cancel.place",
            f"取消结束事件“{title(node)}”只能放在事务子流程里;请改用普通或终止结束事件。",
        )
    if local_name(node) == "boundaryEvent":
        host = next(
            (one for one in found.nodes("transaction") if one.get("id") == node.get("attachedToRef")), None
        )
        if host is None:
            found.error(node, "cancel.place", f"取消边界事件“{title(node)}”只能附在事务子流程上;请移动它。")


def _check_transaction(found: Findings, node: Any) -> None:
    throws = any(
        end.find(bpmn("cancelEventDefinition")) is not None for end in node.findall(bpmn("endEvent"))
    )
    caught = any(
        one.get("attachedToRef") == node.get("id") and one.find(bpmn("cancelEventDefinition")) is not None
        for one in found.nodes("boundaryEvent")
    )
    if throws and not caught:
        found.error(
            node, "cancel.not_caught", f"事务“{title(node)}”会被取消,却没有取消边界事件接着往下走;请加上。"
        )
