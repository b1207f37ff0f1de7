"""Namespaces, the elements we know, and those we refuse by name."""

from collections.abc import Mapping
from types import MappingProxyType

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
BIHUAN = "http://bihuan.org/schema/bpmn"


def bpmn(name: str) -> str:
    """Return a BPMN tag as lxml writes it."""
    return f"{{{BPMN}}}{name}"


def ours(name: str) -> str:
    """Return a tag or attribute of our extension as lxml writes it."""
    return f"{{{BIHUAN}}}{name}"


ACTIVITIES = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
    }
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
NODES = ACTIVITIES | GATEWAYS | EVENTS
SCOPES = frozenset({"process", "subProcess", "transaction"})

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "task": "未指定类型的任务会停住不动;请把它改成用户任务、服务任务、脚本任务或业务规则任务",
        "complexGateway": "不支持复杂网关;请改用包容网关加条件",
        "adHocSubProcess": "不支持特设子流程;请用普通子流程和网关画出先后",
        "callChoreography": "不支持编舞图;请改用调用活动",
        "choreographyTask": "不支持编舞图;请改用任务",
        "subChoreography": "不支持编舞图;请改用子流程",
        "dataStoreReference": "不支持数据存储;业务数据在台账里,请用服务任务的操作读写",
        "dataStore": "不支持数据存储;业务数据在台账里,请用服务任务的操作读写",
        "transformation": "不执行数据变换;请用任务的输出(bihuan:output)写成变量",
        "assignment": "不执行数据赋值;请用任务的输出(bihuan:output)写成变量",
        "compensateEventDefinition": "不支持补偿;请画出撤销的步骤",
        "linkEventDefinition": "不支持链接事件;请直接连线",
        "resourceRole": "不支持资源角色;请在泳道上写岗位(bihuan:role)",
        "humanPerformer": "不支持执行人元素;请在泳道上写岗位(bihuan:role)",
        "performer": "不支持执行人元素;请在泳道上写岗位(bihuan:role)",
        "potentialOwner": "不支持候选人元素;请在泳道上写岗位(bihuan:role)",
    }
)

EVENT_DEFINITIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "startEvent": frozenset({"message", "signal", "timer", "conditional", "error", "escalation"}),
        "endEvent": frozenset({"message", "signal", "error", "escalation", "terminate", "cancel"}),
        "intermediateCatchEvent": frozenset({"message", "signal", "timer", "conditional"}),
        "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
        "boundaryEvent": frozenset(
            {"message", "signal", "timer", "conditional", "error", "escalation", "cancel"}
        ),
    }
)

STRUCTURE = frozenset(
    {
        "definitions",
        "import",
        "collaboration",
        "participant",
        "participantMultiplicity",
        "messageFlow",
        "process",
        "laneSet",
        "childLaneSet",
        "lane",
        "flowNodeRef",
        "partitionElement",
        "partitionElementRef",
        "sequenceFlow",
        "conditionExpression",
        "incoming",
        "outgoing",
        "documentation",
        "extensionElements",
        "message",
        "signal",
        "error",
        "escalation",
        "messageEventDefinition",
        "signalEventDefinition",
        "timerEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
        "terminateEventDefinition",
        "cancelEventDefinition",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "condition",
        "script",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "loopCardinality",
        "loopCondition",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
        "textAnnotation",
        "text",
        "association",
        "group",
        "category",
        "categoryValue",
    }
)
PICTURES = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "sourceRef",
        "targetRef",
        "ioSpecification",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "dataInputRefs",
        "dataOutputRefs",
        "property",
        "itemDefinition",
        "dataState",
    }
)

_ACTS = frozenset({"userTask", "manualTask"})
ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "role": _ACTS | {"lane"},
        "party": _ACTS | {"lane"},
        "form": _ACTS,
        "due": _ACTS,
        "ladder": _ACTS,
        "return": _ACTS,
        "operation": frozenset({"userTask", "serviceTask"}),
        "countersign": frozenset({"userTask"}),
        "signers": frozenset({"userTask"}),
        "share": frozenset({"userTask"}),
        "vote": frozenset({"userTask"}),
        "passWhen": frozenset({"userTask"}),
        "failWhen": frozenset({"userTask"}),
        "decision": frozenset({"businessRuleTask", "serviceTask", "userTask"}),
        "result": frozenset({"businessRuleTask"}),
        "correlation": EVENTS | {"receiveTask", "sendTask"},
        "collection": frozenset({"multiInstanceLoopCharacteristics"}),
        "item": frozenset({"multiInstanceLoopCharacteristics"}),
        "results": frozenset({"multiInstanceLoopCharacteristics"}),
        "each": frozenset({"multiInstanceLoopCharacteristics"}),
    }
)
EXTENSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "parameter": frozenset({"userTask", "serviceTask", "sendTask", "endEvent", "intermediateThrowEvent"}),
        "output": frozenset({"userTask", "manualTask", "serviceTask", "businessRuleTask", "receiveTask"})
        | EVENTS,
    }
)
