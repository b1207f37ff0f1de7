"""Small diagrams with events: signals, reminders, conditions, errors."""

from tests.integration.engine.diagrams import diagram, flow

SIGNALS = '<bpmn:signal id="frozen" name="budget_frozen"/>'
LISTENING = diagram(
    "listening",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill" name="填报" bihuan:form="signature"/>
    <bpmn:boundaryEvent id="heard" attachedToRef="fill" cancelActivity="false">
      <bpmn:signalEventDefinition id="heard_signal" signalRef="frozen"/></bpmn:boundaryEvent>
    <bpmn:userTask id="explain" name="说明" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/><bpmn:endEvent id="explained"/>"""
    + flow("begin", "fill")
    + flow("fill", "done")
    + flow("heard", "explain")
    + flow("explain", "explained"),
    unit="begin fill heard explain done explained",
    messages=SIGNALS,
)

SIGNALLING = diagram(
    "signalling",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:intermediateThrowEvent id="freeze">
      <bpmn:signalEventDefinition id="freeze_signal" signalRef="frozen"/></bpmn:intermediateThrowEvent>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "freeze")
    + flow("freeze", "done"),
    unit="begin freeze done",
    messages=SIGNALS,
)

REMINDED = diagram(
    "reminded",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill" name="填报" bihuan:form="signature"/>
    <bpmn:boundaryEvent id="weekly" attachedToRef="fill" cancelActivity="false">
      <bpmn:timerEventDefinition id="weekly_timer">
        <bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/P7D</bpmn:timeCycle>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:scriptTask id="count" name="计数" scriptFormat="text/feel"><bpmn:script>{times: times + 1}</bpmn:script>
    </bpmn:scriptTask>
    <bpmn:endEvent id="done"/><bpmn:endEvent id="counted"/>"""
    + flow("begin", "fill")
    + flow("fill", "done")
    + flow("weekly", "count")
    + flow("count", "counted"),
    unit="begin fill weekly count done counted",
)

CONDITIONAL = diagram(
    "conditional",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:parallelGateway id="split"/>
    <bpmn:userTask id="fill" name="填报" bihuan:form="signature">
      <bpmn:extensionElements><bihuan:output name="agreed" value="form.agreed"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:intermediateCatchEvent id="when_agreed"><bpmn:conditionalEventDefinition id="agreed_condition">
      <bpmn:condition xsi:type="bpmn:tFormalExpression">agreed = true</bpmn:condition>
    </bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:userTask id="check" name="审核" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/><bpmn:endEvent id="checked"/>"""
    + flow("begin", "split")
    + flow("split", "fill")
    + flow("split", "when_agreed")
    + flow("when_agreed", "check")
    + flow("fill", "done")
    + flow("check", "checked"),
    unit="begin split fill when_agreed done checked",
    bureau="check",
)

REFUSING = diagram(
    "refusing",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:serviceTask id="post" name="记账" bihuan:operation="post"/>
    <bpmn:boundaryEvent id="closed" attachedToRef="post">
      <bpmn:errorEventDefinition id="closed_error" errorRef="ledger_closed"/></bpmn:boundaryEvent>
    <bpmn:userTask id="check" name="审核" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/><bpmn:endEvent id="checked"/>"""
    + flow("begin", "post")
    + flow("post", "done")
    + flow("closed", "check")
    + flow("check", "checked"),
    unit="begin post closed done checked",
    bureau="check",
    messages='<bpmn:error id="ledger_closed" name="closed" errorCode="ledger.closed"/>',
)
