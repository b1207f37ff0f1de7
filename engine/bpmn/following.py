"""What people do after a step: the user tasks that a diagram leads to next, read from the diagram alone."""

from collections.abc import Iterable, Mapping

from engine.bpmn.bundle import Bundle
from engine.bpmn.definition import Definition
from engine.bpmn.element import Element

Flows = Mapping[str, tuple[str, ...]]


def following(bundle: Bundle, definition_key: str, element_id: str) -> tuple[Element, ...]:
    """Return the user tasks that may come next; none if the process ends. Steps back to an earlier task are left out.

    A called process is gone into, and left for whoever calls it. Which way a gateway takes is not known beforehand.
    """
    found: dict[str, Element] = {}
    for element in _after(bundle, definition_key, element_id, frozenset()):
        found.setdefault(element.name or element.id, element)
    return tuple(found.values())


def _after(bundle: Bundle, key: str, element_id: str, seen: frozenset[tuple[str, str]]) -> list[Element]:
    if (key, element_id) in seen:
        return []
    seen |= {(key, element_id)}
    here = next(one for one in (bundle.root, *bundle.parts.values()) if one.key == key)
    flows = here.outline.ahead
    ends, out = _reached(bundle, here, flows, flows.get(element_id, ()), seen)
    before = _without(flows, here, element_id)
    ahead = [one for one in ends if not (one.id in before and here.elements.get(one.id) is one)]
    found = ahead if ahead or out else ends
    scope = here.elements[element_id].scope
    if out and scope is not None:
        found = [*found, *_after(bundle, key, scope, seen)]
    elif out:
        for caller, place in _callers(bundle, key):
            found = [*found, *_after(bundle, caller.key, place, seen)]
    return found


def _reached(
    bundle: Bundle, here: Definition, flows: Flows, places: Iterable[str], seen: frozenset[tuple[str, str]]
) -> tuple[list[Element], bool]:
    """Return the first user tasks behind some places, and whether an end is reached without one."""
    found: list[Element] = []
    waiting, known, out = list(places), set[str](), False
    while waiting:
        at = waiting.pop(0)
        if at in known:
            continue
        known.add(at)
        element = here.elements[at]
        if element.kind == "userTask":
            found.append(element)
            continue
        inner = _entered(bundle, here, flows, element, seen)
        found += inner
        if not inner:
            waiting += flows.get(at, ())
            out = out or element.kind == "endEvent"
    return found, out


def _entered(
    bundle: Bundle, here: Definition, flows: Flows, element: Element, seen: frozenset[tuple[str, str]]
) -> list[Element]:
    """Return the first user tasks inside a subprocess or a called process."""
    if element.kind in ("subProcess", "transaction"):
        return _reached(bundle, here, flows, _starts(here, element.id), seen)[0]
    called = here.outline.calls.get(element.id)
    if called is None or called not in bundle.parts or (called, "") in seen:
        return []
    inner = bundle.parts[called]
    return _reached(bundle, inner, inner.outline.ahead, _starts(inner, None), seen | {(called, "")})[0]


def _starts(here: Definition, scope: str | None) -> list[str]:
    return [one.id for one in here.elements.values() if one.kind == "startEvent" and one.scope == scope]


def _without(flows: Flows, here: Definition, element_id: str) -> set[str]:
    """Return what the start of a scope reaches without passing an element: what comes before it or beside it."""
    waiting = _starts(here, here.elements[element_id].scope)
    known = {element_id}
    while waiting:
        at = waiting.pop()
        if at not in known:
            known.add(at)
            waiting += flows.get(at, ())
    return known - {element_id}


def _callers(bundle: Bundle, key: str) -> Iterable[tuple[Definition, str]]:
    slots = {slot for slot, part in bundle.parts.items() if part.key == key}
    for one in {part.key: part for part in (bundle.root, *bundle.parts.values())}.values():
        for place, called in one.outline.calls.items():
            if called in slots:
                yield one, place
