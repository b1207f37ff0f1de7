# mypy: disallow-subclassing-any=False
"""Exclusive, parallel and inclusive gateways.

Joins count tokens: one per incoming flow is consumed when a join fires, more remain for its next turn. The stock joins
look at everything that ever happened in the tree, which fires a join inside a return loop early on its second pass.
"""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import StepFailed


def no_way(token: Any) -> StepFailed:
    """Say that no condition holds."""
    return StepFailed(
        f"网关“{token.task_spec.bpmn_name or token.task_spec.bpmn_id}”的条件都不成立,也没有默认出线;"
        "请补一条默认出线,或修正数据后重试。",
        code="gateway.no_flow",
    )


def holds(token: Any, condition: Any) -> bool:
    """Evaluate the condition of an outgoing flow."""
    expressions, source = token.workflow.script_engine, condition.args[0]
    truth: bool = expressions.truth(source, token.data)
    return truth


class ExclusiveGateway(spiff.ExclusiveGateway):
    """The first flow whose condition holds, else the default."""

    def _run_hook(self, token: Any) -> bool:
        ways = [(condition, name) for condition, name in self.cond_task_specs if condition is not None]
        name = next((name for condition, name in ways if holds(token, condition)), self.default_task_spec)
        if name is None:
            raise no_way(token)
        token._sync_children([token.workflow.spec.task_specs[name]], spiff.FUTURE)
        return True


class Joining:
    """A gateway that waits for tokens on its incoming flows."""

    name: str
    _inputs: list[str]

    def _update_hook(self, token: Any) -> bool:
        token._inherit_data()
        for other in token.workflow.tokens(spiff.WAITING):
            if other.task_spec is self and other is not token:
                other._set_state(spiff.CANCELLED)
        if self._may_fire(token):
            return True
        token._set_state(spiff.WAITING)
        return False

    def arrived(self, token: Any) -> list[Any]:
        """Return the tokens that have come in and were not consumed, this one last."""
        others = [
            other
            for other in token.workflow.tokens(spiff.WAITING | spiff.CANCELLED)
            if other.task_spec is self and other is not token and other.parent._state == spiff.COMPLETED
        ]
        return [*others, token]

    def _may_fire(self, token: Any) -> bool:
        raise NotImplementedError

    def _run_hook(self, token: Any) -> bool:
        taken = {token.parent.task_spec.name}
        rest = []
        for other in self.arrived(token)[:-1]:
            source = other.parent.task_spec.name
            if source in taken:
                rest.append(other)
            else:
                taken.add(source)
                token.workflow._remove_task(other.id)
        if rest:
            rest[-1]._set_state(spiff.WAITING)
        return True


class ParallelGateway(Joining, spiff.ParallelGateway):
    """Waits for a token on every incoming flow, then goes all ways."""

    def _may_fire(self, token: Any) -> bool:
        sources = {other.parent.task_spec.name for other in self.arrived(token)}
        return sources.issuperset(self._inputs)


class InclusiveGateway(Joining, spiff.InclusiveGateway):
    """Waits until no token elsewhere can still reach an empty incoming flow, then goes every way that holds.

    Source: BPMN 2.0.2 §13.4.3, inclusive gateway: a token that can reach a filled incoming flow is not waited for.
    """

    upstream: dict[str, frozenset[str]]

    def trace(self) -> None:
        """Find, for each incoming flow, the elements from which it can be reached without passing this gateway."""
        specs = self._wf_spec.task_specs
        self.upstream = {}
        for name in set(self._inputs):
            found, border = {name}, [name]
            while border:
                for source in specs[border.pop()]._inputs:
                    if source != self.name and source not in found:
                        found.add(source)
                        border.append(source)
            self.upstream[name] = frozenset(found)

    def _may_fire(self, token: Any) -> bool:
        filled = {other.parent.task_spec.name for other in self.arrived(token)}
        near = frozenset().union(*(self.upstream[name] for name in filled if name in self.upstream))
        far = frozenset().union(*(seen for name, seen in self.upstream.items() if name not in filled)) - near
        return not any(place in far for place in self._places(token))

    def _places(self, token: Any) -> list[str]:
        moving = token.workflow.tokens(spiff.LIVE | spiff.FUTURE)
        return [
            other.task_spec.name
            for other in moving
            if other.task_spec is not self
            and (other._state != spiff.FUTURE or other.parent._state == spiff.COMPLETED)
        ]

    def _run_hook(self, token: Any) -> bool:
        super()._run_hook(token)
        conditional = [(condition, name) for condition, name in self.cond_task_specs if condition is not None]
        chosen = [name for condition, name in conditional if holds(token, condition)]
        chosen = chosen or [name for condition, name in self.cond_task_specs if condition is None]
        if not chosen:
            raise no_way(token)
        specs = token.workflow.spec.task_specs
        token._sync_children([specs[name] for name in dict.fromkeys(chosen)], spiff.FUTURE)
        return True
