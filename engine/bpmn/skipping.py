"""Count a failed automatic step as done."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import StepNotSkippable
from engine.bpmn.nodes.gateways import Joining
from engine.bpmn.tokens import FAILURE, Token

_CHOICES = (spiff.ExclusiveGateway, spiff.InclusiveGateway, spiff.EventBasedGateway, spiff.StartEvent)


def skip(token: Token, outputs: Mapping[str, Any]) -> None:
    """Let a failed token move on without its work, with these variables; a boundary event is given up.

    Raises StepNotSkippable.
    """
    spec = token.task_spec
    if isinstance(spec, _CHOICES) and not (isinstance(spec, Joining) and token._state == spiff.WAITING):
        raise StepNotSkippable(
            f"“{spec.bpmn_name or spec.bpmn_id}”不能跳过:不知道该走哪条路;请修正数据后重试,或把令牌移到后面的环节。",
            element_id=spec.bpmn_id,
        )
    del token.internal_data[FAILURE]
    token.data.update(outputs)
    if isinstance(spec, spiff.BoundaryEvent):
        token.cancel()
        token.workflow.update_waiting_tasks()
    elif isinstance(spec, Joining):
        token._ready()
    else:
        _pass(token)


def _pass(token: Token) -> None:
    """Complete a token as if it had done its work."""
    token.workflow.top_workflow.event_manager.remove_task(token)
    for child in token.children:
        if child._state & spiff.LIVE:
            child.cancel()
    token._set_state(spiff.READY)
    token.task_spec._predict_hook(token)
    token.complete()
