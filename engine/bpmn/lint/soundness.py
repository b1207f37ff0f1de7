"""Joins that wait in vain, steps that are done twice, ways without an end, loops that never rest."""

from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.lint.flows import Scope, is_event_subprocess, scope_of
from engine.bpmn.lint.token_game import Game, Played, Way, play
from engine.bpmn.names import SCOPES, bpmn

WAITS = frozenset(
    {"userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "callActivity", "eventBasedGateway"}
) | (SCOPES - {"process"})


def check_soundness(found: Findings) -> None:
    """Play every scope through. What must go wrong is an error, what can go wrong a warning."""
    for node in found.scopes():
        scope = scope_of(node)
        _check_rest(found, scope)
        played = play(Game(scope))
        if played is None:
            continue
        _check_ends(found, scope, played)
        if played.twice:
            one = played.twice[0]
            found.warning(
                one,
                "flow.twice",
                f"“{title(one)}”可能同时收到两路,它后面的环节会各走一遍;并行的分支请先用并行网关汇合。",
            )


def _check_ends(found: Findings, scope: Scope, played: Played) -> None:
    """Name the steps after which the scope cannot come to its end any more."""
    begin = played.game.begin()
    tell = found.warning if _may_be_stopped(scope) else found.error
    if begin not in played.hopeful:
        tell(*_never(scope, played, begin))
        return
    outcomes: dict[int, tuple[Way, list[tuple[bool, Any]]]] = {}
    for marking in (one for one in played.after if one in played.hopeful):
        for way, end in played.after[marking]:
            if way.is_choice:
                outcomes.setdefault(id(way.cause), (way, []))[1].append((end in played.hopeful, end))
    for way, ends in outcomes.values():
        lost = [end for is_hopeful, end in ends if not is_hopeful]
        if lost:
            is_sure = len(lost) == len(ends) and local_name(way.cause) != "inclusiveGateway"
            (tell if is_sure else found.warning)(*_after(played, way.cause, lost[0], is_sure=is_sure))


def _may_be_stopped(scope: Scope) -> bool:
    """Whether an event may stop the scope, or one around it, while it stands still."""
    node = scope.node
    while True:
        starts = [
            one for child in node if is_event_subprocess(child) for one in child.findall(bpmn("startEvent"))
        ]
        if any(one.get("isInterrupting", "true") == "true" for one in starts):
            return True
        if local_name(node) == "process":
            return False
        own, node = node.get("id"), node.getparent()
        borders = [one for one in node.findall(bpmn("boundaryEvent")) if one.get("attachedToRef") == own]
        if any(one.get("cancelActivity", "true") == "true" for one in borders):
            return True


def _never(scope: Scope, played: Played, marking: Any) -> tuple[Any, str, str]:
    end = played.end_of(marking)
    joins = played.game.stuck(end) if end is not None else []
    if end is None or not joins:
        text = f"“{title(scope.node)}”无论怎么走都到不了结束事件;请给循环加一条出口。"
        return scope.node, "end.never", text
    missing = "、".join(f"“{title(one)}”" for one in played.game.missing(joins[0], end))
    text = f"并行网关“{title(joins[0])}”永远等不齐:从{missing}来的一路不会到;只走其中一路的分支请用排他网关汇合。"
    return joins[0], "gateway.waits_in_vain", text


def _after(played: Played, cause: Any, marking: Any, *, is_sure: bool) -> tuple[Any, str, str]:
    end = played.end_of(marking)
    joins = played.game.stuck(end) if end is not None else []
    what = _called(played, cause)
    always = "就" if is_sure else "可能"
    if not joins:
        return cause, "end.never", f"{what}之后{always}再也到不了结束事件;请给循环加一条出口。"
    text = (
        f"{what}之后,并行网关“{title(joins[0])}”{always}永远等不齐;"
        "请把这条路连到那个网关之前,或让它走到终止结束事件。"
    )
    return cause, "gateway.waits_in_vain", text


def _called(played: Played, cause: Any) -> str:
    if local_name(cause) != "sequenceFlow":
        return f"“{title(cause)}”"
    source, target = (played.game.scope.nodes[cause.get(end)] for end in ("sourceRef", "targetRef"))
    return f"从“{title(source)}”走到“{title(target)}”"


def _check_rest(found: Findings, scope: Scope) -> None:
    """Warn of loops in which nobody has anything to do and nothing is waited for."""
    moving = [own for own, node in scope.nodes.items() if local_name(node) not in WAITS]
    for own in moving:
        node = scope.nodes[own]
        if len(scope.into[own]) > 1 and _comes_back(scope, own, frozenset(moving)):
            found.warning(
                node,
                "loop.never_rests",
                f"“{title(node)}”所在的循环里没有人办的环节,也不等待什么,条件一直成立时会空转成异常;请在循环里放一个任务或等待。",
            )
            return


def _comes_back(scope: Scope, own: str, moving: frozenset[str]) -> bool:
    seen, border = set[str](), [own]
    while border:
        for flow in scope.out[border.pop()]:
            target = flow.get("targetRef")
            if target == own:
                return True
            if target in moving and target not in seen:
                seen.add(target)
                border.append(target)
    return False
