"""What other systems can be told of: every type of event, what it means, and which facts go out with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

TEXT: Final[Mapping[str, Any]] = {"type": "string"}
NUMBER: Final[Mapping[str, Any]] = {"type": "integer"}
YES: Final[Mapping[str, Any]] = {"type": "boolean"}
MOMENT: Final[Mapping[str, Any]] = {"type": "string", "format": "date-time"}
IDS: Final[Mapping[str, Any]] = {"type": "array", "items": {"type": "string"}}
TEST: Final = "webhook.tested"


@dataclass(frozen=True)
class EventType:
    """One type. meaning: in plain words; facts: JSON Schema by name of what goes out, everything else stays inside."""

    name: str
    meaning: str
    facts: Mapping[str, Mapping[str, Any]]


MEANINGS: Final[tuple[tuple[str, str, Mapping[str, Mapping[str, Any]]], ...]] = (
    ("instance.started", "一个事项开始办理", {}),
    ("instance.completed", "一个事项办结", {}),
    ("instance.cancel_requested", "一个事项被要求作废", {"reason": TEXT}),
    ("instance.cancelled", "一个事项作废", {"reason": TEXT}),
    ("instance.suspended", "一个事项暂停办理", {"reason": TEXT}),
    ("instance.resumed", "一个事项恢复办理", {"reason": TEXT, "shifted_days": NUMBER}),
    ("instance.redated", "一个事项的期限改变", {"reason": TEXT, "tasks": IDS}),
    ("instance.migrated", "一个事项换到新版流程", {"reason": TEXT}),
    ("instance.terminated", "一个事项由流程图提前结束", {}),
    ("task.created", "出现一项待办任务", {}),
    ("task.claimed", "任务被认领", {}),
    ("task.extension_asked", "有人为一项任务申请延期", {"until": TEXT}),
    ("task.extension_decided", "延期申请有了答复", {"granted": YES, "until": TEXT}),
    ("task.released", "任务被退回待认领", {}),
    ("task.opened", "任务被打开查看", {}),
    ("task.completed", "任务办结", {"late": YES}),
    ("task.late", "过了截止日还没有报送,登记为迟报", {"due_on": TEXT}),
    ("circular.drafted", "起草了一份迟报通报", {"lines": NUMBER}),
    ("circular.issued", "印发了一份迟报通报", {"lines": NUMBER, "units": NUMBER}),
    ("circular.withheld", "一份迟报通报决定不印发", {"reason": TEXT}),
    ("assessment.decided", "核定了年度考核结果", {"units": NUMBER}),
    ("task.cancelled", "任务取消", {}),
    ("task.returned", "任务被退回到以前的步骤", {"reason": TEXT}),
    ("task.sent_back", "会签任务退回重新会签", {}),
    ("task.withdrawn", "办结的任务被本人拿回", {}),
    ("task.delegated", "任务委派他人代办", {}),
    ("task.delegation_resolved", "委派的任务办好交回", {}),
    ("task.transferred", "任务转给他人", {"reason": TEXT}),
    ("task.signed", "会签中有人签署意见", {}),
    ("task.decided", "会签有了结果", {}),
    ("task.signers_added", "会签加人", {"count": NUMBER, "where": TEXT}),
    ("task.signer_removed", "会签减人", {}),
    ("task.seat_claimed", "会签席位被认领", {}),
    ("task.seat_released", "会签席位放回待认领", {}),
    ("task.copied", "任务抄送他人", {}),
    ("task.copy_read", "抄送被阅读", {}),
    ("remark.judged", "复核退回意见是否解决", {"settled": NUMBER, "unsettled": NUMBER}),
    ("part.signed", "表单的一部分由经办人签认", {}),
    ("task.urged", "任务被催办", {"told": NUMBER}),
    ("task.commented", "任务下有新的留言", {}),
    ("token.moved", "操作员把事项移到另一个步骤", {"reason": TEXT}),
    ("step.skipped", "操作员跳过了一个自动步骤", {"reason": TEXT}),
    ("step.retried", "一个失败的自动步骤被重新执行", {}),
    ("timer.fired", "到了流程图里规定的时间", {"due_at": MOMENT, "missed": NUMBER}),
    ("reminder.sent", "发出到期前提醒", {"offset_days": NUMBER}),
    ("escalation.sent", "发出逾期催办", {"offset_days": NUMBER}),
    ("decision.evaluated", "按决策表作出认定", {"key": TEXT, "version": NUMBER, "rules": IDS}),
    ("decision.made", "按表达式作出认定", {}),
    ("operation.called", "执行了一个自动操作", {"operation": TEXT}),
    ("message.received", "收到一条外来消息", {"name": TEXT, "key": TEXT}),
    ("message.sent", "流程发出一条消息", {"name": TEXT, "key": TEXT}),
    ("message.unclaimed", "一条消息没有事项接收", {"name": TEXT, "key": TEXT}),
    ("message.held", "一条消息等事项恢复办理后再收", {"name": TEXT, "key": TEXT}),
    ("signal.sent", "流程发出一个信号", {"name": TEXT}),
    ("signal.received", "收到一个信号", {"name": TEXT}),
    ("incident.opened", "出现故障,等待操作员处理", {"code": TEXT}),
    ("incident.resolved", "故障已处理", {}),
    ("incident.skipped", "故障被跳过", {}),
    ("campaign.opened", "一个环节开始", {"subjects": NUMBER}),
    ("campaign.started_early", "一个环节提前开始", {"reason": TEXT}),
    ("campaign.extended", "一个环节延期", {"reason": TEXT, "until": TEXT}),
    ("campaign.extended_for", "一个环节对部分对象延期", {"reason": TEXT, "until": TEXT, "members": NUMBER}),
    ("campaign.closing", "一个环节被要求提前关闭", {"reason": TEXT}),
    ("campaign.due", "一个环节到期,登记缺报", {"missing": NUMBER}),
    ("campaign.closed", "一个环节关闭", {"missing": NUMBER}),
    ("campaign.waived", "一个环节经批准免办", {"reason": TEXT}),
    ("campaign.suspended", "一个环节暂停", {"reason": TEXT}),
    ("campaign.resumed", "一个环节恢复", {}),
    ("campaign.member_failed", "一个对象没有进入环节", {}),
    ("stage.not_planned", "流程要打开的环节本年没有安排", {"stage": TEXT, "round": NUMBER}),
    ("stage.not_closed", "环节不在可关闭的状态", {"found": TEXT}),
    ("stage.waived", "环节按流程免办", {"reason": TEXT}),
    (
        "definition.published",
        "发布了流程图、决策表、表单或政策包的新版本",
        {"kind": TEXT, "key": TEXT, "version": NUMBER},
    ),
    ("ledger.imported", "导入了台账", {"year": NUMBER, "projects": NUMBER, "organisations": NUMBER}),
    ("attachment.added", "加了附件", {}),
    ("attachment.withdrawn", "撤下了附件", {}),
    ("call.quarantined", "一封来信有内容没有对上,等待核对", {"type": TEXT, "count": NUMBER}),
    (TEST, "测试消息:核对接收方的签名和网络", {}),
)
FAMILIES: Final[Mapping[str, str]] = {
    "instance": "事项",
    "task": "任务",
    "part": "表单分工",
    "token": "移动步骤",
    "step": "自动步骤",
    "timer": "定时",
    "reminder": "提醒",
    "escalation": "催办",
    "decision": "认定",
    "operation": "自动操作",
    "message": "消息",
    "signal": "信号",
    "incident": "故障",
    "campaign": "环节",
    "stage": "环节安排",
    "definition": "定义",
    "ledger": "台账",
    "attachment": "附件",
    "call": "来信",
}
"""What the first word of a type is about, for people."""
TYPES: Final = {name: EventType(name, meaning, facts) for name, meaning, facts in MEANINGS}


def patterns() -> list[str]:
    """Return what an endpoint may ask for: everything, every family, every type."""
    return ["*", *(f"{family}.*" for family in FAMILIES), *(name for name in TYPES if name != TEST)]


def of_family(family: str) -> list[EventType]:
    """Return the types of a family."""
    return [one for one in TYPES.values() if one.name.startswith(f"{family}.")]


def known_facts(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that go out: those of the catalogue; names of people and ids of ours stay inside."""
    listed = TYPES[name].facts if name in TYPES else {}
    return {key: data[key] for key in listed if key in data}


def schema(one: EventType) -> dict[str, Any]:
    """Return the JSON Schema of the `data` of this type."""
    case = {
        "id": TEXT,
        "key": TEXT,
        "process": TEXT,
        "stage": TEXT,
        "subject_kind": TEXT,
        "subject_code": TEXT,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bihuan.{one.name}",
        "description": one.meaning,
        "type": "object",
        "required": ["facts"],
        "properties": {
            "instance": {"type": "object", "properties": case, "required": list(case)},
            "task": {"type": "object", "properties": {"id": TEXT, "element": TEXT}, "required": ["id"]},
            "campaign_id": NUMBER,
            "facts": {"type": "object", "properties": dict(one.facts), "additionalProperties": False},
        },
        "additionalProperties": False,
    }
