"""Small diagrams for the commands: written out, so that a reader sees what runs."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bihuan="http://bihuan.org/schema/bpmn"
  id="d" targetNamespace="http://bihuan.org/test">{messages}
  <bpmn:collaboration id="c"><bpmn:participant id="pool" name="pool" processRef="{key}"/></bpmn:collaboration>
  <bpmn:process id="{key}" name="{key}" isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane_unit" name="unit" bihuan:role="preparer" bihuan:party="subject">{unit}</bpmn:lane>
      <bpmn:lane id="lane_bureau" name="bureau" bihuan:role="section" bihuan:party="bureau">{bureau}</bpmn:lane>
    </bpmn:laneSet>{body}
  </bpmn:process>
</bpmn:definitions>"""


def diagram(key: str, body: str, *, unit: str, bureau: str = "", messages: str = "") -> bytes:
    """Return a process of two lanes; `unit` and `bureau` list the ids of their nodes."""

    def refs(ids: str) -> str:
        return "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in ids.split())

    return HEAD.format(key=key, body=body, unit=refs(unit), bureau=refs(bureau), messages=messages).encode()


def flow(source: str, target: str, condition: str = "") -> str:
    """Return a sequence flow."""
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


REVIEW = diagram(
    "review",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill" name="填报" bihuan:form="signature" bihuan:due="dates.review.due"
       bihuan:ladder="standard"/>
    <bpmn:userTask id="check" name="审核" bihuan:form="signature">
      <bpmn:extensionElements><bihuan:output name="agreed" value="form.agreed"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="agreed" default="agreed_to_done"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "fill")
    + flow("fill", "check")
    + flow("check", "agreed")
    + flow("agreed", "done")
    + flow("agreed", "fill", "agreed = false"),
    unit="begin fill",
    bureau="check agreed done",
)

AUTOMATIC = diagram(
    "automatic",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill" name="填报" bihuan:form="signature"/>
    <bpmn:serviceTask id="post" name="记账" bihuan:operation="post">
      <bpmn:extensionElements>
        <bihuan:parameter name="amount" value="amount"/>
        <bihuan:output name="posted" value="result.posted"/>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:userTask id="check" name="审核" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "fill")
    + flow("fill", "post")
    + flow("post", "check")
    + flow("check", "done"),
    unit="begin fill post",
    bureau="check done",
)

WAITING = diagram(
    "waiting",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:intermediateCatchEvent id="until"><bpmn:timerEventDefinition id="until_timer">
      <bpmn:timeDate xsi:type="bpmn:tFormalExpression">dates.review.opens</bpmn:timeDate>
    </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="told" bihuan:correlation="subject_code">
      <bpmn:messageEventDefinition id="told_message" messageRef="score"/></bpmn:intermediateCatchEvent>
    <bpmn:userTask id="fill" name="填报" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "until")
    + flow("until", "told")
    + flow("told", "fill")
    + flow("fill", "done"),
    unit="begin until told fill done",
    messages='<bpmn:message id="score" name="upper_score"/>',
)

TWO_STEPS = diagram(
    "two_steps",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="first" name="填报" bihuan:form="signature"/>
    <bpmn:userTask id="second" name="补报" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "first")
    + flow("first", "second")
    + flow("second", "done"),
    unit="begin first second done",
)

AT_ONCE = diagram(
    "at_once",
    '<bpmn:startEvent id="begin"/><bpmn:endEvent id="done"/>' + flow("begin", "done"),
    unit="begin done",
)

EIGHT = 8
PARALLEL = diagram(
    "parallel",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:parallelGateway id="split"/>
    <bpmn:parallelGateway id="join"/>
    <bpmn:endEvent id="done"/>"""
    + "".join(
        f'<bpmn:userTask id="part_{number}" name="第{number}份" bihuan:form="signature"/>'
        + flow("split", f"part_{number}")
        + flow(f"part_{number}", "join")
        for number in range(1, EIGHT + 1)
    )
    + flow("begin", "split")
    + flow("join", "done"),
    unit="begin split join done " + " ".join(f"part_{number}" for number in range(1, EIGHT + 1)),
)

TIMED = diagram(
    "timed",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:intermediateCatchEvent id="until"><bpmn:timerEventDefinition id="until_timer">
      <bpmn:timeDate xsi:type="bpmn:tFormalExpression">dates.review.opens</bpmn:timeDate>
    </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:serviceTask id="post" name="记账" bihuan:operation="post"/>
    <bpmn:userTask id="check" name="审核" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "until")
    + flow("until", "post")
    + flow("post", "check")
    + flow("check", "done"),
    unit="begin until post",
    bureau="check done",
)

THROWING = diagram(
    "throwing",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:intermediateThrowEvent id="tell" bihuan:correlation="subject_code">
      <bpmn:messageEventDefinition id="tell_message" messageRef="score"/>
    </bpmn:intermediateThrowEvent>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "tell")
    + flow("tell", "done"),
    unit="begin tell done",
    messages='<bpmn:message id="score" name="upper_score"/>',
)

POSTING = diagram(
    "posting",
    """
    <bpmn:startEvent id="begin"/>
    <bpmn:serviceTask id="post" name="记账" bihuan:operation="post"/>
    <bpmn:endEvent id="done"/>"""
    + flow("begin", "post")
    + flow("post", "done"),
    unit="begin post done",
)
