"""Diagrams with events for the comparison with the stock engine."""

from dataclasses import dataclass

from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    chain,
    choice,
    diagram,
    end,
    ends,
    escalations,
    event,
    flow,
    gateway,
    messages,
    signals,
    start,
    sub,
    throw,
    users,
)

ROOT = messages("call") + signals("ring") + escalations("up", "high")
CANCEL = event("cancel")
EVENTS = {"message": "call", "signal": "ring"}
BOX = (start("bs"), users("b1", "b2"), end("be"), chain("bs", "b1", "b2", "be"))


@dataclass(frozen=True)
class Case:
    """A diagram, the kind of event that is sent now and then, and how often at most."""

    xml: bytes
    kind: str = ""
    most: int = 0


def in_fork(host: str, host_id: str, *way: str, back: bool) -> bytes:
    """An activity with an event `at` in one branch of a fork. back: its way leads on to the join; else to an end."""
    return diagram(
        "in_fork",
        ends(),
        "" if back else end("e2"),
        both("f", "j"),
        gateway("exclusive", "m"),
        users("o", "late", "z"),
        host,
        *way,
        chain("s", "f", host_id, "m", "j", "z", "e"),
        chain("f", "o", "j"),
        chain("at", "late", "m" if back else "e2"),
        root=ROOT,
    )


def in_loop(host: str, host_id: str, border: str) -> bytes:
    """An activity that its event begins anew, by way of a task."""
    return diagram(
        "in_loop",
        ends(),
        users("late", "z"),
        host,
        border,
        chain("s", host_id, "z", "e"),
        chain("at", "late", host_id),
        root=ROOT,
    )


def deal(inside: str = users("d3")) -> str:
    """A transaction that is cancelled if x is positive when it comes to its end."""
    return sub(
        "deal",
        start("ds"),
        both("df", "dj"),
        users("d1", "d2"),
        inside,
        end("de"),
        end("dc", CANCEL),
        chain("ds", "df", "d1", "dj", "d3", "dx"),
        chain("df", "d2", "dj"),
        choice("dx", ("dc", "x > 0"), ("de", None)),
        kind="transaction",
    )


def cut_short() -> str:
    """A transaction that one of its branches cancels while the other is open."""
    return sub(
        "deal",
        start("ds"),
        both("df"),
        users("d1", "d2"),
        end("de"),
        end("dc", CANCEL),
        chain("ds", "df", "d1", "dc"),
        chain("df", "d2", "de"),
        kind="transaction",
    )


def raising(thrown: str, *, at_end: bool) -> str:
    """A subprocess that escalates on its way or at its end."""
    if at_end:
        return sub(
            "box",
            start("bs"),
            users("b1", "b2"),
            end("be", event("escalation", thrown)),
            chain("bs", "b1", "b2", "be"),
        )
    way = throw("bt", event("escalation", thrown))
    return sub("box", start("bs"), users("b1", "b2"), way, end("be"), chain("bs", "b1", "bt", "b2", "be"))


def listening(kind: str, *, interrupting: bool = False, inside: bool = False) -> bytes:
    """A process, or a subprocess of it, with an event subprocess."""
    name = EVENTS[kind]
    alarm = sub(
        "alarm",
        start("as", event(kind, name), interrupting=interrupting),
        users("late"),
        end("ae"),
        chain("as", "late", "ae"),
        event=True,
    )
    body = sub("box", *BOX, alarm if inside else "")
    return diagram(
        "listening",
        ends(),
        both("f", "j"),
        users("o", "z"),
        body,
        "" if inside else alarm,
        chain("s", "f", "box", "j", "z", "e"),
        chain("f", "o", "j"),
        root=ROOT,
    )


def cases() -> dict[str, Case]:
    found = {
        "transaction": Case(in_fork(deal(), "deal", boundary("at", "deal", CANCEL), back=True)),
        "transaction cut short": Case(
            in_fork(cut_short(), "deal", boundary("at", "deal", CANCEL), back=True)
        ),
        "transaction in a loop": Case(in_loop(deal(), "deal", boundary("at", "deal", CANCEL))),
        "transaction with a subprocess": Case(
            in_loop(
                deal(sub("d3", start("is"), users("i1"), end("ie"), chain("is", "i1", "ie"))),
                "deal",
                boundary("at", "deal", CANCEL),
            )
        ),
    }
    for kind, name in EVENTS.items():
        cancelled = boundary("dat", "deal", CANCEL) + flow("dat", "m")
        for host, host_id in ((users("a"), "a"), (sub("box", *BOX), "box"), (deal() + cancelled, "deal")):
            for breaks in (True, False):
                border = boundary("at", host_id, event(kind, name), interrupting=breaks)
                label = f"{kind} at {host_id}, {'interrupting' if breaks else 'beside'}"
                found[label] = Case(in_fork(host, host_id, border, back=breaks), kind, 1)
        border = boundary("at", "box", event(kind, name))
        found[f"{kind} at box, in a loop"] = Case(in_loop(sub("box", *BOX), "box", border), kind, 6)
        found[f"{kind} starts an event subprocess"] = Case(listening(kind), kind, 3)
    for code in ("up", "high", None):
        for at_end in (True, False):
            for breaks in (True, False):
                border = boundary("at", "box", event("escalation", code), interrupting=breaks)
                label = f"escalation for {code}, {at_end=}, {'interrupting' if breaks else 'beside'}"
                box = raising("up", at_end=at_end)
                found[label] = Case(in_fork(box, "box", border, back=breaks))
    return found
