"""One faulty diagram for every code of the checks: file, element, code."""

from tests.unit.bpmn.diagrams import (
    again,
    both,
    boundary,
    call,
    catch,
    chain,
    choice,
    diagram,
    end,
    ends,
    errors,
    event,
    flow,
    gateway,
    holds,
    many,
    messages,
    rule,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    users,
)

TASK = users("a") + chain("s", "a", "e")
LANE = '<bpmn:laneSet id="ls"><bpmn:lane id="l1"{}><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'


def broken(*parts: str, root: str = "") -> bytes:
    """A diagram with these parts between a start and an end."""
    return diagram("p", ends(), *parts, root=root)


def between(part: str, *more: str, id: str = "x", root: str = "") -> bytes:
    return broken(part, *more, chain("s", id, "e"), root=root)


def tagged(tag: str, inside: str = "") -> str:
    return f'<bpmn:{tag} id="x" name="某事">{inside}</bpmn:{tag}>'


CASES: dict[str, tuple[bytes, str, str]] = {
    "untyped task": (between(tagged("task")), "x", "element.unsupported"),
    "complex gateway": (between(tagged("complexGateway")), "x", "element.unsupported"),
    "ad-hoc subprocess": (between(tagged("adHocSubProcess")), "x", "element.unsupported"),
    "compensation": (
        between(f'<bpmn:intermediateThrowEvent id="x">{event("compensate")}</bpmn:intermediateThrowEvent>'),
        "x",
        "element.unsupported",
    ),
    "link event": (between(catch("x", event("link"))), "x", "element.unsupported"),
    "data store": (broken(TASK, '<bpmn:dataStoreReference id="ds"/>'), "ds", "element.unsupported"),
    "unknown element": (broken(TASK, '<bpmn:wizard id="w"/>'), "w", "element.unknown"),
    "data object": (broken(TASK, '<bpmn:dataObjectReference id="do"/>'), "do", "data.picture_only"),
    "unknown return target": (
        between(user("x", outputs=None, loop="", **{"return": "any x"})),
        "x",
        "return.unknown_target",
    ),
    "unknown attribute": (between(user("x", forms="f")), "x", "attribute.unknown"),
    "misplaced attribute": (between(user("x", result="f")), "x", "attribute.misplaced"),
    "unknown extension": (
        between(
            user("x").replace("></", "><bpmn:extensionElements><bihuan:task/></bpmn:extensionElements></")
        ),
        "x",
        "extension.unknown",
    ),
    "output without value": (between(user("x", outputs={"a": ""})), "x", "extension.incomplete"),
    "another engine": (
        between(
            '<bpmn:userTask id="x" name="n" bihuan:role="r" bihuan:form="f"'
            ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:formKey="f"/>'
        ),
        "x",
        "extension.foreign",
    ),
    "reserved id": (broken(users("End"), chain("s", "End", "e")), "End", "id.reserved"),
    "duplicate id": (broken(TASK, '<bpmn:textAnnotation id="a"/>'), "a", "id.duplicate"),
    "missing id": (broken(TASK, "<bpmn:userTask/>"), "p", "id.missing"),
    "no start": (diagram("p", end(), users("a"), chain("a", "e")), "p", "start.none"),
    "two starts": (broken(start("s2"), TASK, chain("s2", "a")), "s2", "start.many"),
    "no end": (diagram("p", start(), users("a"), chain("s", "a")), "p", "end.none"),
    "dead end": (broken(TASK, choice("c", ("b", "1 = 2"), ("e", None)), users("b")), "b", "node.dead_end"),
    "unreachable": (broken(TASK, users("b"), chain("b", "e")), "b", "node.unreachable"),
    "dangling flow": (broken(TASK, flow("a", "nowhere", id="f")), "f", "flow.dangling"),
    "flow through a border": (
        broken(sub("x", start("xs"), end("xe"), chain("xs", "xe")), TASK, flow("a", "xe", id="f")),
        "f",
        "flow.crosses",
    ),
    "fork without gateway": (broken(TASK, users("b"), chain("a", "b", "e")), "a", "flow.fork"),
    "flow into the start": (broken(TASK, chain("a", "s")), "s", "flow.into_event"),
    "flow out of an end": (broken(TASK, chain("e", "a")), "e", "flow.out_of_end"),
    "parallel gateway waits for itself": (
        broken(both("x"), users("a"), chain("s", "x", "a", "c"), choice("c", ("x", "n = 1"), ("e", None))),
        "x",
        "gateway.waits_for_itself",
    ),
    "event that leads out of a fork": (
        broken(
            both("f", "j"),
            users("a", "b"),
            boundary("late", "a", timer("duration", "P1D")) + end("e2") + chain("late", "e2"),
            chain("s", "f", "a", "j", "e") + chain("f", "b", "j"),
        ),
        "late",
        "gateway.waits_in_vain",
    ),
    "choice before a parallel join": (
        broken(
            both("j"),
            users("a", "b"),
            chain("s", "c") + choice("c", ("a", "n = 1"), ("b", None)),
            chain("a", "j", "e") + chain("b", "j"),
        ),
        "j",
        "gateway.waits_in_vain",
    ),
    "fork before an exclusive merge": (
        broken(
            both("f") + gateway("exclusive", "m"),
            users("a", "b", "z"),
            chain("s", "f", "a", "m", "z", "e") + chain("f", "b", "m"),
        ),
        "m",
        "flow.twice",
    ),
    "way without an end": (
        broken(
            gateway("exclusive", "m") + users("a"),
            chain("s", "c") + choice("c", ("m", "n = 1"), ("e", None)) + chain("m", "a", "m"),
        ),
        "c_m",
        "end.never",
    ),
    "loop without rest": (
        broken(
            gateway("exclusive", "m") + script("t", "{n: 1}"),
            chain("s", "m", "t", "c") + choice("c", ("m", "n = 1"), ("e", None)),
        ),
        "m",
        "loop.never_rests",
    ),
    "condition missing": (
        broken(gateway("exclusive", "x"), users("a"), chain("s", "x", "a", "e"), flow("x", "e", "n = 1")),
        "x_a",
        "condition.missing",
    ),
    "condition in the wrong place": (
        broken(users("a"), flow("s", "a", "n = 1"), chain("a", "e")),
        "s_a",
        "condition.misplaced",
    ),
    "no default": (
        broken(
            gateway("exclusive", "x"), end("e2"), chain("s", "x"), flow("x", "e", "a"), flow("x", "e2", "b")
        ),
        "x",
        "gateway.no_default",
    ),
    "unknown default": (between(gateway("exclusive", "x", default="gone")), "x", "gateway.unknown_default"),
    "one event only": (
        broken(gateway("eventBased", "x"), catch("t", timer("duration", "P1D")), chain("s", "x", "t", "e")),
        "x",
        "gateway.one_event",
    ),
    "event gateway before a task": (
        broken(
            gateway("eventBased", "x"),
            catch("t", timer("duration", "P1D")),
            users("a"),
            chain("s", "x", "t", "e"),
            chain("x", "a", "e"),
        ),
        "a",
        "gateway.not_an_event",
    ),
    "no role": (between('<bpmn:userTask id="x" name="n" bihuan:form="f"/>'), "x", "task.no_role"),
    "no form": (between('<bpmn:userTask id="x" name="n" bihuan:role="r"/>'), "x", "task.no_form"),
    "no form of a manual task": (
        between('<bpmn:manualTask id="x" name="n" bihuan:role="r"/>'),
        "x",
        "task.no_form",
    ),
    "no name": (between('<bpmn:userTask id="x" bihuan:role="r" bihuan:form="f"/>'), "x", "task.no_name"),
    "ladder without due": (between(user("x", ladder="standard")), "x", "task.ladder_without_due"),
    "no operation": (between(service("x", None)), "x", "task.no_operation"),
    "no decision": (between(rule("x", decision="")), "x", "task.no_decision"),
    "no result": (between(rule("x", result="")), "x", "task.no_result"),
    "python script": (between(script("x", "import os", "python")), "x", "script.language"),
    "script without a language": (between(script("x", "{a: 1}", "")), "x", "script.language"),
    "script that is no context": (between(script("x", "1 + 1")), "x", "script.not_context"),
    "empty script": (between(script("x", "")), "x", "script.empty"),
    "nothing called": (between(call("x", "")), "x", "call.no_element"),
    "bad variable": (between(user("x", outputs={"a b": "1"})), "x", "variable.bad_name"),
    "variable hides a constant": (between(user("x", outputs={"policy": "1"})), "x", "variable.shadows"),
    "syntax of a condition": (
        broken(users("a"), chain("s", "c"), choice("c", ("a", "n >"), ("e", None)), chain("a", "e")),
        "c_a",
        "expression.syntax",
    ),
    "syntax of an output": (between(user("x", outputs={"a": "1 +"})), "x", "expression.syntax"),
    "syntax of a due rule": (between(user("x", due="date(")), "x", "expression.syntax"),
    "syntax of a script": (between(script("x", "{a: }")), "x", "expression.syntax"),
    "syntax of a timer": (between(catch("x", timer("date", "dates."))), "x", "expression.syntax"),
    "syntax of a collection": (between(user("x", loop=many("[1,"))), "x", "expression.syntax"),
    "naive date and time": (
        between(catch("x", timer("date", 'date and time("2026-01-01T09:00:00")'))),
        "x",
        "timer.naive",
    ),
    "naive literal": (between(catch("x", timer("date", "2026-01-01T09:00:00"))), "x", "timer.naive"),
    "a day that stands in the diagram": (
        between(catch("x", timer("date", "2026-01-01"))),
        "x",
        "timer.constant",
    ),
    "a task due on a day that stands in the diagram": (
        between(user("x", due='date("2026-01-01")')),
        "x",
        "timer.constant",
    ),
    "counting from no due date": (
        broken(TASK, boundary("b", "a", timer("date", 'task_due + @"P1D"')), chain("b", "e")),
        "b",
        "timer.no_due",
    ),
    "timer without time": (between(catch("x", timer("duration", ""))), "x", "timer.missing"),
    "unreadable duration": (between(catch("x", timer("duration", "P10X"))), "x", "timer.syntax"),
    "cycle that interrupts": (
        broken(TASK, boundary("b", "a", timer("cycle", "R/P1D")), chain("b", "e")),
        "b",
        "timer.cycle_place",
    ),
    "cycle to wait for": (between(catch("x", timer("cycle", "R/P1D"))), "x", "timer.cycle_place"),
    "message unknown": (between(catch("x", event("message", "gone"), key="k")), "x", "message.unknown"),
    "message not chosen": (between(catch("x", event("message"), key="k")), "x", "message.missing"),
    "message without key": (
        between(catch("x", event("message", "m")), root=messages("m")),
        "x",
        "message.no_correlation",
    ),
    "receive without message": (between('<bpmn:receiveTask id="x"/>'), "x", "message.missing"),
    "signal not chosen": (between(throw("x", event("signal"))), "x", "signal.missing"),
    "error without code": (
        broken(
            TASK,
            boundary("b", "a", event("error", "q")),
            chain("b", "e"),
            root='<bpmn:error id="x_q" name="q"/>',
        ),
        "b",
        "error.no_code",
    ),
    "error start event": (
        between(sub("x", start("ys", event("error", "E")), end("ye"), chain("ys", "ye")), root=errors("E")),
        "ys",
        "event.unsupported",
    ),
    "error that interrupts nothing": (
        broken(
            sub("x", start("xs"), end("xe"), chain("xs", "xe")),
            boundary("b", "x", event("error", "E"), interrupting=False),
            chain("s", "x", "e"),
            chain("b", "e"),
            root=errors("E"),
        ),
        "b",
        "event.must_interrupt",
    ),
    "plain event subprocess": (
        broken(TASK, sub("y", start("ys"), end("ye"), chain("ys", "ye"), event=True)),
        "ys",
        "event.none",
    ),
    "connected event subprocess": (
        broken(
            TASK,
            sub("y", start("ys", timer("duration", "P1D")), end("ye"), chain("ys", "ye"), event=True),
            chain("y", "e"),
        ),
        "y",
        "event_subprocess.connected",
    ),
    "event without definition": (between('<bpmn:intermediateCatchEvent id="x"/>'), "x", "event.none"),
    "event with two definitions": (
        between(catch("x", timer("duration", "P1D") + event("message", "m"), key="k"), root=messages("m")),
        "x",
        "event.many",
    ),
    "empty condition event": (between(catch("x", holds(""))), "x", "event.no_condition"),
    "boundary of nothing": (
        broken(TASK, boundary("b", "gone", timer("duration", "P1D")), chain("b", "e")),
        "b",
        "boundary.not_attached",
    ),
    "cancel outside a transaction": (broken(TASK, end("q", event("cancel"))), "q", "cancel.place"),
    "transaction without cancel event": (
        between(sub("x", start("xs"), end("xe", event("cancel")), chain("xs", "xe"), kind="transaction")),
        "x",
        "cancel.not_caught",
    ),
    "loop without collection": (between(user("x", loop=many())), "x", "loop.no_collection"),
    "loop with collection and number": (
        between(user("x", loop=many("[1]", times="2"))),
        "x",
        "loop.no_collection",
    ),
    "endless loop": (between(user("x", loop=again())), "x", "loop.endless"),
    "each without results": (between(user("x", loop=many("[1]", each="n"))), "x", "loop.no_results"),
    "lane with a stranger": (
        broken(LANE.format("").replace(">a<", ">gone<"), TASK),
        "l1",
        "lane.unknown_node",
    ),
    "unknown pool": (
        broken(
            TASK,
            root='<bpmn:collaboration id="co"><bpmn:participant id="pp" processRef="q"/></bpmn:collaboration>',
        ),
        "pp",
        "pool.unknown_process",
    ),
    "bad key": (diagram("流程", ends(), TASK), "流程", "process.bad_key"),
}
WARNINGS = frozenset(
    {
        "data.picture_only",
        "extension.foreign",
        "gateway.no_default",
        "flow.twice",
        "loop.never_rests",
        "task.no_name",
        "timer.constant",
        "task.ladder_without_due",
        "variable.shadows",
        "message.no_correlation",
        "lane.unknown_node",
    }
)
