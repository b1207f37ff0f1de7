# mypy: disallow-subclassing-any=False
"""Subprocesses, called processes, event subprocesses. All see the variables of the process around them."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.flows import SubFlow
from engine.bpmn.nodes.guarding import Guarded
from engine.bpmn.nodes.signalling import ARMED


class _Running(Guarded):
    """An activity that runs a tree of its own."""

    spec: str

    def _update_hook(self, token: Any) -> bool:
        top = token.workflow.top_workflow
        flow = top.subprocesses.get(token.id)
        if flow is not None:
            ended: bool = flow.completed
            return ended
        token._inherit_data()
        flow = SubFlow(top.subprocess_specs[self.spec], token, top)
        top.subprocesses[token.id] = flow
        token._set_state(spiff.STARTED)
        flow.begin(token.data)
        return False

    def _on_cancel(self, token: Any) -> None:
        flow = token.workflow.top_workflow.subprocesses.get(token.id)
        if flow is not None:
            flow.cancel()


class SubProcess(_Running, spiff.SubWorkflowTask):
    """An embedded subprocess."""


class CallActivity(_Running, spiff.CallActivity):
    """A called process: everything in, everything out."""


class Transaction(_Running, spiff.TransactionSubprocess):
    """A subprocess that a cancel end event can leave by its cancel boundary event."""


class EventSubprocess(_Running, spiff.EventSubprocess):
    """Waits for its start event from the moment its scope begins."""

    def triggered(self, holder: Any, start: Any) -> None:
        """Stop the scope around it if it interrupts; else be ready for the next message or signal."""
        holder.internal_data["triggered"] = True
        flow = holder.workflow
        if start.interrupting:
            flow.withdraw(keep=holder)
        elif start.repeats:
            arm_again(flow, self, {ARMED: False} if start.asks_again else {})


def arm_again(flow: Any, spec: Any, memory: dict[str, Any]) -> None:
    """Let an event subprocess wait for its start event once more."""
    holder = flow.task_tree._add_child(spec, spiff.FUTURE)
    holder.internal_data.update(memory)
    spec._update(holder)


def close_idle(flow: Any) -> bool:
    """End a scope in which only event subprocesses are left that never fired; return whether it did.

    The stock engine keeps such a process open until their timers fire.
    """
    live = flow.tokens()
    idle = [
        token
        for token in live
        if isinstance(token.task_spec, EventSubprocess) and "triggered" not in token.internal_data
    ]
    ends = [token for token in live if token.task_spec is flow.spec.end and token._state == spiff.WAITING]
    if not idle or not ends or len(idle) + len(ends) != len(live):
        return False
    for token in idle:
        token.cancel()
    for token in ends:
        token.task_spec._update(token)
    return True
