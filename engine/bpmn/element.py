"""An element of a diagram with what our extension says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.bpmn.names import NODES, bpmn, ours

DEFAULT_PARTY = "subject"
ANY_RETURN = ("any",)
RETURN_WORDS = frozenset({"any", "previous", "none"})
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CounterSign:
    """How several people sign one user task. rule: a preset of `engine.voting` or `own`; the rest: FEEL sources."""

    rule: str
    signers: str = ""
    share: str | None = None
    vote: str | None = None
    pass_when: str | None = None
    fail_when: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """A node of a diagram. kind: its BPMN tag, e.g. 'userTask'.

    role, party: who acts, own or from the innermost lane; due, parameters, outputs, correlation: FEEL sources;
    form, ladder, operation, decision: names; result: the variable a decision's value goes to.
    returns: where a return may lead from here: `any`, `previous`, `none`, or ids of user tasks, `process:id` elsewhere.
    scope: the subprocess it is in, None at the top of the process.
    """

    id: str
    kind: str
    name: str
    role: str | None = None
    party: str = DEFAULT_PARTY
    form: str | None = None
    due: str | None = None
    ladder: str | None = None
    operation: str | None = None
    parameters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    outputs: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    decision: str | None = None
    result: str | None = None
    correlation: str | None = None
    countersign: CounterSign | None = None
    returns: tuple[str, ...] = ANY_RETURN
    lane: str | None = None
    scope: str | None = None
    documentation: str = ""


def local_name(node: Any) -> str:
    """Return the tag of an lxml element without its namespace; '' for comments."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _lanes(process: Any) -> dict[str, Any]:
    """Return the innermost lane of each node that a lane names."""
    found: dict[str, Any] = {}
    for lane in process.iter(bpmn("lane")):
        for reference in lane.findall(bpmn("flowNodeRef")):
            found[(reference.text or "").strip()] = lane
    return found


def _from_lanes(lane: Any, attribute: str) -> str | None:
    while lane is not None and local_name(lane) in {"lane", "childLaneSet"}:
        found: str | None = lane.get(ours(attribute)) if local_name(lane) == "lane" else None
        if found:
            return found
        lane = lane.getparent()
    return None


def _bindings(node: Any, tag: str) -> Mapping[str, str]:
    extensions = node.find(bpmn("extensionElements"))
    if extensions is None:
        return _NOTHING
    return MappingProxyType(
        {one.get("name", ""): one.get("value", "") for one in extensions.findall(ours(tag))}
    )


def _countersign(node: Any) -> CounterSign | None:
    rule = node.get(ours("countersign"))
    if not rule:
        return None
    return CounterSign(
        rule=rule.strip(),
        signers=node.get(ours("signers")) or "",
        share=node.get(ours("share")) or None,
        vote=node.get(ours("vote")) or None,
        pass_when=node.get(ours("passWhen")) or None,
        fail_when=node.get(ours("failWhen")) or None,
    )


def _element(node: Any, lane: Any, scope: str | None) -> Element:
    documentation = node.findtext(bpmn("documentation")) or ""
    return Element(
        id=node.get("id", ""),
        kind=local_name(node),
        name=" ".join(node.get("name", "").split()),
        role=node.get(ours("role")) or _from_lanes(lane, "role"),
        party=node.get(ours("party")) or _from_lanes(lane, "party") or DEFAULT_PARTY,
        form=node.get(ours("form")) or None,
        due=node.get(ours("due")) or None,
        ladder=node.get(ours("ladder")) or None,
        operation=node.get(ours("operation")) or None,
        parameters=_bindings(node, "parameter"),
        outputs=_bindings(node, "output"),
        decision=node.get(ours("decision")) or None,
        result=node.get(ours("result")) or None,
        correlation=node.get(ours("correlation")) or None,
        countersign=_countersign(node),
        returns=tuple((node.get(ours("return")) or "").split()) or ANY_RETURN,
        lane=lane.get("name") if lane is not None else None,
        scope=scope,
        documentation=documentation.strip(),
    )


def read_elements(process: Any) -> dict[str, Element]:
    """Return the nodes of a process, those of subprocesses included, by id; a subprocess hands its lane down."""
    lanes = _lanes(process)
    found: dict[str, Element] = {}

    def walk(container: Any, lane: Any, scope: str | None) -> None:
        for node in container:
            if local_name(node) not in NODES:
                continue
            own = lanes.get(node.get("id", ""), lane)
            if own is lane and node.get("attachedToRef"):
                own = lanes.get(node.get("attachedToRef"), lane)
            found[node.get("id", "")] = _element(node, own, scope)
            if local_name(node) in {"subProcess", "transaction"}:
                walk(node, own, node.get("id"))

    walk(process, None, None)
    return found
