"""Take an instance back to an earlier user task, or move a token elsewhere in its scope.

What lies ahead of the target (`ways`) is withdrawn: live tokens there, and tokens that wait in a join and came from
there; so is what stands in another round of a loop around the target: a loop has one round at a time. Tokens of other
branches stay, also those that have arrived at a join. If a join ahead had fired already, the branches that the target
does not pass again count as arrived, else it would wait for them for ever.
"""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from engine.bpmn import spiff, watching
from engine.bpmn.compaction import compact
from engine.bpmn.failing import TargetRefused
from engine.bpmn.flows import MainFlow
from engine.bpmn.live import Place, Returned
from engine.bpmn.nodes.gateways import Joining, ParallelGateway
from engine.bpmn.nodes.loops import MultiInstance, StandardLoop
from engine.bpmn.nodes.subprocesses import arm_again
from engine.bpmn.places import entry_of, is_interrupting, place_of, targets, within
from engine.bpmn.tokens import FAILURE, Token
from engine.bpmn.ways import Ways

Act = Callable[[MainFlow, Token, Place], None]


def earlier(token: Token) -> list[Place]:
    """Return the user tasks before a live token, the nearest first."""
    return list(dict.fromkeys(target.place for target in targets(token)))


def nearest(token: Token, among: Collection[Place]) -> list[Place]:
    """Return those of some user tasks before a live token after which none of the others comes."""
    found = [target for target in targets(token) if target.place in among]
    inmost = [target for target in found if target.flow is found[0].flow]
    return list(
        dict.fromkeys(one.place for one in inmost if not any(one.is_before(other) for other in inmost))
    )


def taken(top: MainFlow, act: Act, token: Token, place: Place) -> Returned:
    """Return to a place, or move there, and say what that did to the waits of the instance."""
    before, trees = watching.waits(top), watching.trees(top)
    act(top, token, place)
    after, left = {wait.id: wait for wait in watching.waits(top)}, watching.trees(top)
    known = {wait.id for wait in before}
    return Returned(
        place,
        withdrawn=[wait for wait in before if wait.id not in after],
        kept=[wait for wait in before if wait.id in after],
        planted=[wait for wait_id, wait in after.items() if wait_id not in known],
        left=[activity for token_id, activity in trees.items() if token_id not in left],
    )


def return_to(top: MainFlow, token: Token, place: Place) -> None:
    """Withdraw what lies ahead of an earlier user task and open it again. Raises TargetRefused."""
    target = next((one for one in targets(token) if one.place == place), None)
    if target is None:
        raise TargetRefused(
            f"从“{token.task_spec.bpmn_name or token.task_spec.bpmn_id}”只能退回到它之前的用户任务,"
            f"“{place.element_id}”不在其中;请从可退回的环节里选择。",
            code="return.not_earlier",
            element_id=place.element_id,
        )
    compact(top)
    _leave_event_subprocess(target.flow, token)
    _withdraw(target.flow, target.ahead | target.rivals)
    plant(target.flow, target.path, target.ahead)
    arm(top)


def reopen(top: MainFlow, task_id: UUID, place: Place) -> frozenset[str]:
    """Open a completed user task again under its old id, withdrawing as a return does; return the elements where.

    Raises TargetRefused if its scope has ended or runs several times, or if it is an instance of a repeated activity.
    """
    flows = [
        flow
        for flow in top.flows()
        if flow.spec.definition_key == place.definition_key and place.element_id in flow.spec.task_specs
    ]
    ways = Ways(flows[0].spec) if len(flows) == 1 else None
    if ways is None or not ways.has(place.element_id):
        raise TargetRefused(
            "这一步所在的那一层流程已经结束,或由多人同时办理,不能拿回;请联系审核人退回。",
            code="task.not_last",
        )
    (flow,) = flows
    entry = entry_of(flow.spec, place.element_id)
    ahead = ways.ahead(entry)
    gone = ahead | ways.rivals(entry)
    compact(top)
    _withdraw(flow, gone)
    plant(flow, (place.element_id,), ahead)
    arm(top)
    planted = next(token for token in flow.tokens(spiff.READY) if token.task_spec.name == place.element_id)
    _rename(planted, task_id)
    return within(flow.spec, gone, top.subprocess_specs)


def _rename(token: Token, new: UUID) -> None:
    """Give a token its earlier id back; whatever knows it by its id learns that."""
    flow, old = token.workflow, token.id
    siblings = token.parent._children
    siblings[siblings.index(old)] = new
    token.id = new
    flow.tasks[new] = flow.tasks.pop(old)


def move(top: MainFlow, token: Token, place: Place) -> None:
    """Take a live token to another element of its scope; what lies ahead of that goes too. Raises TargetRefused."""
    flow = token.workflow
    spec = flow.spec.task_specs.get(place.element_id)
    check_move(flow, spec, place)
    entry = entry_of(flow.spec, place.element_id)
    ahead = Ways(flow.spec).ahead(entry)
    compact(top)
    remove(token)
    _withdraw(flow, ahead)
    plant(flow, (place.element_id,), ahead, opens=False)
    arm(top)


def check_move(flow: Any, spec: Any, place: Place) -> None:
    """Raise TargetRefused unless a token may be moved to this node."""
    is_join = isinstance(spec, Joining) and len(spec._inputs) > 1
    is_event = isinstance(spec, spiff.StartEvent | spiff.BoundaryEvent | spiff.EventSubprocess)
    if spec is None or spec.bpmn_id is None or flow.spec.definition_key != place.definition_key:
        text = "不在这一步所在的那一层流程里;请选择同一层的环节"
    elif is_join or is_event:
        text = "是开始、边界事件、事件子流程或汇聚网关,不能直接移到那里;请选择它后面的环节"
    else:
        return
    raise TargetRefused(f"“{place.element_id}”{text}。", code="move.not_a_place", element_id=place.element_id)


def _leave_event_subprocess(flow: Any, token: Token) -> None:
    """Withdraw the interrupting event subprocess that the token is in, below the tree to return to; arm it again."""
    inner: Any = token.workflow
    while inner is not flow:
        holder = inner.holder
        if (
            holder.workflow is flow
            and isinstance(holder.task_spec, spiff.EventSubprocess)
            and is_interrupting(inner.spec)
        ):
            spec = holder.task_spec
            remove(holder)
            arm_again(flow, spec, {})
        inner = holder.workflow


def _withdraw(flow: Any, ahead: frozenset[str]) -> None:
    """Forget the tokens that stand, or came to a join from, ahead."""
    arrived = [token for token in flow.tokens(spiff.CANCELLED) if isinstance(token.task_spec, Joining)]
    for token in [*flow.tokens(), *arrived]:
        if token.id in flow.tasks and _stands(token) and place_of(token) in ahead:
            remove(token)


def _stands(token: Token) -> bool:
    """Whether a token has a place of its own: not a boundary event, an instance, or a device of the engine."""
    if token.parent is None or token.triggered:
        return False
    spec = token.task_spec
    if isinstance(spec, spiff.BoundaryEventSplit):
        return True
    return spec.bpmn_id is not None and not isinstance(spec, spiff.BoundaryEvent)


def remove(token: Token) -> None:
    """Remove a token with all that depends on it: boundary events, instances, trees below."""
    while isinstance(token.parent.task_spec, spiff.BoundaryEventSplit) or token.triggered:
        token = token.parent
    token.workflow._remove_task(token.id)


def plant(flow: Any, path: tuple[str, ...], ahead: frozenset[str], *, opens: bool = True) -> None:
    """Put a token at a place, going down into fresh activities on the way.

    opens: it is a task that must open, also in a loop whose condition does not hold. Raises TargetRefused if that
    cannot be: it is done for each item of a list that is empty now.
    """
    fill_joins(flow, ahead, entry_of(flow.spec, path[0]))
    planted = _start(flow, path[0])
    if opens and planted._state == spiff.READY:
        _insist(planted)
    if len(path) > 1:
        for inner in _trees(planted):
            _enter(inner, path[1:])


def _enter(flow: Any, path: tuple[str, ...]) -> None:
    """Begin a fresh tree at a place inside instead of at its start event."""
    root = flow.task_tree
    root.run()
    for token in root.children:
        if isinstance(token.task_spec, spiff.StartEvent):
            flow._remove_task(token.id)
    plant(flow, path, Ways(flow.spec).ahead(entry_of(flow.spec, path[0])))


def _start(flow: Any, place: str) -> Token:
    """Plant a token under the root and let it come to its wait; return the token of the activity itself."""
    entry = entry_of(flow.spec, place)
    token: Token = flow.task_tree._add_child(flow.spec.task_specs[entry], spiff.FUTURE)
    if isinstance(token.task_spec, Joining):
        token._ready()
    else:
        token.task_spec._update(token)
    if entry == place:
        return token
    token.run()
    activity: Token = next(child for child in token.children if child.task_spec.name == place)
    return activity


def _insist(token: Token) -> None:
    """Begin a repeated activity that would not run even once."""
    spec = token.task_spec
    if isinstance(spec, StandardLoop):
        spec.begin(token)
    elif isinstance(spec, MultiInstance):
        raise TargetRefused(
            f"“{spec.bpmn_name or spec.bpmn_id}”按清单逐项办理,清单现在是空的,退回后没有事可办;请退回到更早的环节。",
            code="return.nothing_there",
            element_id=spec.bpmn_id,
        )


def arm(top: MainFlow) -> None:
    """Let fresh event subprocesses come to their wait."""
    for flow in list(top.flows()):
        holder = getattr(flow, "holder", None)
        is_event = holder is not None and isinstance(holder.task_spec, spiff.EventSubprocess)
        if is_event and flow.task_tree._state == spiff.READY:
            flow.task_tree.run()


def _trees(token: Token) -> list[Any]:
    """Return the trees an activity has just started: one, or one for each instance."""
    top = token.workflow.top_workflow
    holders = token.children if isinstance(token.task_spec, spiff.LoopTask) else [token]
    return [top.subprocesses[holder.id] for holder in holders if holder.id in top.subprocesses]


def fill_joins(flow: Any, ahead: frozenset[str], entry: str) -> None:
    """Let the branches that nobody will bring count as arrived; keep one waiting token per join."""
    places = [
        token.task_spec.name if isinstance(token.task_spec, Joining) else place_of(token)
        for token in flow.tokens()
        if token.parent is not None
    ]
    coming = Ways(flow.spec).reachable(places, without=ahead)
    for name in sorted(ahead):
        join = flow.spec.task_specs[name]
        if not isinstance(join, Joining) or name == entry:
            continue
        arrived = [
            token
            for token in flow.tokens(spiff.WAITING | spiff.CANCELLED)
            if token.task_spec is join and token.parent._state == spiff.COMPLETED
        ]
        if isinstance(join, ParallelGateway):
            there = {token.parent.task_spec.name for token in arrived}
            for source in sorted(set(join._inputs) - ahead - coming - there):
                stub = flow.task_tree._add_child(flow.spec.task_specs[source], spiff.COMPLETED)
                arrived.append(stub._add_child(join, spiff.CANCELLED))
        for token in arrived:
            token.internal_data.pop(FAILURE, None)
            token._set_state(spiff.WAITING if token is arrived[-1] else spiff.CANCELLED)
