"""The diagrams that are measured: a line of user tasks, a loop, a timer."""

import itertools
from collections.abc import Sequence

FORM = "signature"
LINE, LOOP, WAIT = "bench_line", "bench_loop", "bench_wait"
LENGTH = 15
TASK = '<bpmn:userTask id="{id}" name="{id}" bihuan:form="signature" bihuan:due="dates.work.due" bihuan:ladder="standard"/>'
RETURNABLE = """<bpmn:userTask id="check" name="check" bihuan:form="signature"><bpmn:extensionElements>
<bihuan:output name="agreed" value="form.agreed"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:exclusiveGateway id="agreed" default="agreed_to_done"/>"""
TIMER = """<bpmn:intermediateCatchEvent id="later"><bpmn:timerEventDefinition>
<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">"P30D"</bpmn:timeDuration>
</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bihuan="http://bihuan.org/schema/bpmn"
  id="d" targetNamespace="http://bihuan.org/bench">
  <bpmn:collaboration id="c"><bpmn:participant id="pool" name="pool" processRef="{key}"/></bpmn:collaboration>
  <bpmn:process id="{key}" name="{key}" isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="unit" name="unit" bihuan:role="preparer" bihuan:party="subject">{members}</bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="begin"/>{body}<bpmn:endEvent id="done"/>{flows}
  </bpmn:process>
</bpmn:definitions>"""


def line() -> bytes:
    """Return a line of 15 user tasks without timers."""
    tasks = [f"task_{number}" for number in range(1, LENGTH + 1)]
    return _diagram(
        LINE, tasks, "".join(TASK.format(id=one) for one in tasks), _chain(["begin", *tasks, "done"])
    )


def loop() -> bytes:
    """Return two user tasks, the second of which sends the work back to the first unless it agrees."""
    back = (
        '<bpmn:sequenceFlow id="back" sourceRef="agreed" targetRef="fill">'
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">agreed = false</bpmn:conditionExpression>'
        "</bpmn:sequenceFlow>"
    )
    nodes = ["fill", "check", "agreed"]
    return _diagram(
        LOOP, nodes, TASK.format(id="fill") + RETURNABLE, _chain(["begin", *nodes, "done"]) + back
    )


def wait() -> bytes:
    """Return a timer of 30 days before a user task."""
    nodes = ["later", "fill"]
    return _diagram(WAIT, nodes, TIMER + TASK.format(id="fill"), _chain(["begin", *nodes, "done"]))


def _chain(nodes: Sequence[str]) -> str:
    return "".join(
        f'<bpmn:sequenceFlow id="{one}_to_{other}" sourceRef="{one}" targetRef="{other}"/>'
        for one, other in itertools.pairwise(nodes)
    )


def _diagram(key: str, nodes: Sequence[str], body: str, flows: str) -> bytes:
    members = "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in ["begin", *nodes, "done"])
    return HEAD.format(key=key, members=members, body=body, flows=flows).encode()
