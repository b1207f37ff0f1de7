"""Every kind of activity, alone and repeated in every way, saved and restored between all steps."""

import pytest

from engine.bpmn.definition import check
from tests.unit.bpmn.diagrams import (
    again,
    call,
    chain,
    diagram,
    end,
    ends,
    many,
    messages,
    rule,
    script,
    service,
    start,
    sub,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.bpmn.supported import shows

PART = diagram("part", ends(), users("p"), chain("s", "p", "e"))
LOOPS = {
    "parallel": many("[1, 2, 3]", "item"),
    "sequential": many("[1, 2, 3]", "item", sequential=True),
    "standard": again(most=3),
}


def _inside(xml: str, loop: str) -> str:
    """Put a loop marker into the one element of `xml`, behind its extensions."""
    tag = xml[1 : xml.index(" ")]
    extensions = "</bpmn:extensionElements>"
    head, mark, tail = xml.partition(extensions) if extensions in xml else xml.partition(">")
    if head.endswith("/"):
        head, tail = head[:-1], f"</{tag}>"
    return head + mark + loop + tail


def talking(kind: str, loop: str = "") -> str:
    """A send or receive task."""
    return f'<bpmn:{kind} id="x" name="通知" messageRef="m_m" bihuan:correlation="&quot;k&quot;">{loop}</bpmn:{kind}>'


ACTIVITIES = {
    "userTask": user("x"),
    "manualTask": '<bpmn:manualTask id="x" name="归档" bihuan:role="preparer" bihuan:form="form"></bpmn:manualTask>',
    "serviceTask": service("x", parameters={"n": "n"}, outputs={"n": "n + 1"}),
    "businessRuleTask": rule("x", "grade", "n"),
    "scriptTask": script("x", "{n: n + 1}"),
    "sendTask": talking("sendTask"),
    "receiveTask": talking("receiveTask"),
    "subProcess": sub("x", start("xs"), users("xu"), end("xe"), chain("xs", "xu", "xe")),
    "transaction": sub("x", start("xs"), users("xu"), end("xe"), chain("xs", "xu", "xe"), kind="transaction"),
    "callActivity": call("x", "part"),
}
HANDS = {"work": lambda arguments, _: {"n": arguments["n"]}, "grade": lambda _, data: data["n"] + 1}


def played(activity: str) -> Play:
    xml = diagram(
        "p", ends(), users("go", "after"), activity, chain("s", "go", "x", "after", "e"), root=messages("m")
    )
    play = Play(xml, {"n": 0}, hands=Hands(**HANDS), parts={"part": PART})
    play.complete("go")
    return play


def do(play: Play) -> int:
    """Do whatever the activity waits for, until it is over; return how often."""
    for times in range(10):
        if play.open == ["after"]:
            return times
        if play.open:
            play.complete(play.open[0])
        else:
            play.send("m", "k")
    raise AssertionError(play.open)


@shows(*ACTIVITIES)
@pytest.mark.parametrize("kind", ACTIVITIES)
def test_an_activity_is_done_once(kind: str) -> None:
    play = played(ACTIVITIES[kind])

    times = do(play)

    waits = {"userTask", "manualTask", "receiveTask", "subProcess", "transaction", "callActivity"}
    assert times == (1 if kind in waits else 0)
    assert play.data["n"] == (1 if kind in {"serviceTask", "businessRuleTask", "scriptTask"} else 0)


@shows(*(f"loop:{loop}" for loop in LOOPS))
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("kind", ACTIVITIES)
def test_any_activity_may_be_repeated(kind: str, loop: str) -> None:
    play = played(_inside(ACTIVITIES[kind], LOOPS[loop]))

    times = do(play)

    waits = {"userTask", "manualTask", "receiveTask", "subProcess", "transaction", "callActivity"}
    assert times == (3 if kind in waits else 0)
    assert [element for element, _ in play.hands.called] == (
        ["x"] * 3 if kind in {"serviceTask", "businessRuleTask"} else []
    )


@shows("sendTask")
def test_a_send_task_tells_the_outside() -> None:
    xml = diagram(
        "p", ends(), users("go"), talking("sendTask"), chain("s", "go", "x", "e"), root=messages("m")
    )
    run = Play(xml).restore()

    run.complete(run.user_tasks[0].id, {})
    run.settle()

    assert [(one.name, one.key) for one in run.sent] == [("m", "k")]


@shows("dataObject")
def test_a_data_object_is_a_process_variable() -> None:
    data = '<bpmn:dataObject id="budget"/><bpmn:dataObjectReference id="budget_1" name="预算" dataObjectRef="budget"/>'
    use = '<bpmn:dataOutputAssociation id="o"><bpmn:targetRef>budget_1</bpmn:targetRef></bpmn:dataOutputAssociation>'
    xml = diagram(
        "p",
        ends(),
        data,
        _inside(user("a"), use),
        script("b", "{double: budget * 2}"),
        chain("s", "a", "b", "e"),
    )
    play = Play(xml)

    play.complete("a", budget=4)

    assert play.finished
    assert play.data == {"budget": 4, "double": 8}
    assert [one.code for one in check(xml)] == ["data.picture_only"]
