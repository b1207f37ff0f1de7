"""Small diagrams in few words: `diagram("p", chain("s", "a", "e"), user("a"))`."""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bihuan="http://bihuan.org/schema/bpmn" id="the_document" targetNamespace="t">'
)
EVENTS = {
    "message": ("messageEventDefinition", "messageRef"),
    "signal": ("signalEventDefinition", "signalRef"),
    "error": ("errorEventDefinition", "errorRef"),
    "escalation": ("escalationEventDefinition", "escalationRef"),
}


def _attributes(**values: str | None) -> str:
    found = {name.replace("__", ":"): value for name, value in values.items() if value is not None}
    return "".join(f" {name}={quoteattr(value)}" for name, value in found.items())


def _extensions(parameters: dict[str, str] | None, outputs: dict[str, str] | None) -> str:
    one = [
        f"<bihuan:parameter name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in (parameters or {}).items()
    ]
    two = [f"<bihuan:output name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in (outputs or {}).items()]
    body = "".join(one + two)
    return f"<bpmn:extensionElements>{body}</bpmn:extensionElements>" if body else ""


def diagram(key: str, *parts: str, root: str = "") -> bytes:
    """A whole file. root: messages, signals and errors."""
    return f'{HEAD}{root}<bpmn:process id="{key}" name="流程 {key}">{"".join(parts)}</bpmn:process></bpmn:definitions>'.encode()


def messages(*names: str) -> str:
    return "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in names)


def signals(*names: str) -> str:
    return "".join(f'<bpmn:signal id="g_{name}" name="{name}"/>' for name in names)


def errors(*codes: str) -> str:
    return "".join(f'<bpmn:error id="x_{code}" name="{code}" errorCode="{code}"/>' for code in codes)


def escalations(*codes: str) -> str:
    return "".join(
        f'<bpmn:escalation id="y_{code}" name="{code}" escalationCode="{code}"/>' for code in codes
    )


def flow(source: str, target: str, condition: str | None = None, *, id: str | None = None) -> str:
    body = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{id or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}">{body}</bpmn:sequenceFlow>'


def chain(*ids: str) -> str:
    return "".join(flow(source, target) for source, target in pairwise(ids))


def start(id: str = "s", definition: str = "", *, interrupting: bool = True) -> str:
    return f'<bpmn:startEvent id="{id}"{_attributes(isInterrupting=None if interrupting else "false")}>{definition}</bpmn:startEvent>'


def end(id: str = "e", definition: str = "") -> str:
    return f'<bpmn:endEvent id="{id}">{definition}</bpmn:endEvent>'


def ends() -> str:
    return start() + end()


def user(id: str, *, loop: str = "", outputs: dict[str, str] | None = None, **more: str) -> str:
    known = {"role": "preparer", "form": "form"} | more
    return _task(
        "userTask", id, loop, None, outputs, {f"bihuan__{name}": value for name, value in known.items()}
    )


def users(*ids: str) -> str:
    return "".join(user(id) for id in ids)


def service(
    id: str,
    operation: str | None = "work",
    *,
    loop: str = "",
    parameters: dict[str, str] | None = None,
    outputs: dict[str, str] | None = None,
) -> str:
    return _task("serviceTask", id, loop, parameters, outputs, {"bihuan__operation": operation})


def rule(id: str, decision: str = "grade", result: str = "grade") -> str:
    return _task(
        "businessRuleTask", id, "", None, None, {"bihuan__decision": decision, "bihuan__result": result}
    )


def script(id: str, body: str, language: str = "text/feel") -> str:
    return f'<bpmn:scriptTask id="{id}" scriptFormat="{language}"><bpmn:script>{escape(body)}</bpmn:script></bpmn:scriptTask>'


def call(id: str, called: str, *, loop: str = "") -> str:
    return f'<bpmn:callActivity id="{id}" calledElement="{called}">{loop}</bpmn:callActivity>'


def _task(
    kind: str,
    id: str,
    loop: str,
    parameters: dict[str, str] | None,
    outputs: dict[str, str] | None,
    attributes: dict[str, str | None],
) -> str:
    inside = _extensions(parameters, outputs) + loop
    return f'<bpmn:{kind} id="{id}" name="任务 {id}"{_attributes(**attributes)}>{inside}</bpmn:{kind}>'


def sub(id: str, *parts: str, loop: str = "", event: bool = False, kind: str = "subProcess") -> str:
    triggered = ' triggeredByEvent="true"' if event else ""
    return f'<bpmn:{kind} id="{id}"{triggered}>{loop}{"".join(parts)}</bpmn:{kind}>'


def gateway(kind: str, id: str, *, default: str | None = None) -> str:
    return f'<bpmn:{kind}Gateway id="{id}"{_attributes(default=default)}/>'


def both(*ids: str) -> str:
    return "".join(gateway("parallel", id) for id in ids)


def choice(id: str, *ways: tuple[str, str | None]) -> str:
    """An exclusive gateway with its flows; the way without condition is the default."""
    default = next((f"{id}_{target}" for target, condition in ways if condition is None), None)
    return gateway("exclusive", id, default=default) + "".join(flow(id, target, on) for target, on in ways)


def timer(kind: str, text: str) -> str:
    names = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}
    return f"<bpmn:timerEventDefinition><bpmn:{names[kind]}>{escape(text)}</bpmn:{names[kind]}></bpmn:timerEventDefinition>"


def event(kind: str, name: str | None = None) -> str:
    """A message, signal, error, escalation; 'terminate', 'cancel'."""
    tag, reference = EVENTS.get(kind, (f"{kind}EventDefinition", ""))
    prefix = {"message": "m_", "signal": "g_", "error": "x_", "escalation": "y_"}.get(kind, "")
    value = _attributes(**{reference: prefix + name}) if name else ""
    return f"<bpmn:{tag}{value}/>"


def holds(condition: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(condition)}</bpmn:condition></bpmn:conditionalEventDefinition>"


def catch(id: str, definition: str, *, key: str | None = None, outputs: dict[str, str] | None = None) -> str:
    attributes = _attributes(bihuan__correlation=key)
    inside = _extensions(None, outputs) + definition
    return f'<bpmn:intermediateCatchEvent id="{id}"{attributes}>{inside}</bpmn:intermediateCatchEvent>'


def throw(
    id: str, definition: str, *, key: str | None = None, parameters: dict[str, str] | None = None
) -> str:
    attributes = _attributes(bihuan__correlation=key)
    inside = _extensions(parameters, None) + definition
    return f'<bpmn:intermediateThrowEvent id="{id}"{attributes}>{inside}</bpmn:intermediateThrowEvent>'


def boundary(
    id: str, host: str, definition: str, *, interrupting: bool = True, key: str | None = None
) -> str:
    attributes = _attributes(cancelActivity="true" if interrupting else "false", bihuan__correlation=key)
    return (
        f'<bpmn:boundaryEvent id="{id}" attachedToRef="{host}"{attributes}>{definition}</bpmn:boundaryEvent>'
    )


def many(
    collection: str | None = None,
    item: str | None = None,
    *,
    sequential: bool = False,
    results: str | None = None,
    each: str | None = None,
    until: str | None = None,
    times: str | None = None,
) -> str:
    attributes = _attributes(
        isSequential="true" if sequential else "false",
        bihuan__collection=collection,
        bihuan__item=item,
        bihuan__results=results,
        bihuan__each=each,
    )
    cardinality = f"<bpmn:loopCardinality>{escape(times)}</bpmn:loopCardinality>" if times else ""
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return f"<bpmn:multiInstanceLoopCharacteristics{attributes}>{cardinality}{condition}</bpmn:multiInstanceLoopCharacteristics>"


def again(condition: str | None = None, *, most: int | None = None, before: bool = False) -> str:
    attributes = _attributes(loopMaximum=str(most) if most else None, testBefore="true" if before else None)
    body = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{attributes}>{body}</bpmn:standardLoopCharacteristics>"
