"""Walk the requirement graph of one question: each input is fitted, each decision is decided once."""

from collections.abc import Mapping
from typing import Any

from engine.dmn.graph import Decision, DecisionService, Graph
from engine.dmn.itemtypes import fit
from engine.feel.state import Run, Scope
from engine.feel.values import Function, Signature


class Evaluation:
    """The values of one question: what the caller gave, then inputs, knowledge and decisions by name."""

    def __init__(
        self, graph: Graph, context: Mapping[str, Any], run: Run, decided: dict[str, Any] | None = None
    ) -> None:
        self._graph = graph
        self._context = context
        self._run = run
        self._values: dict[str, Any] = {}
        self._decided: dict[str, Any] = decided or {}
        self._scope = Scope(self._values, Scope(context, None, run), run)
        for knowledge in graph.knowledge.values():
            self._values[knowledge.name] = knowledge.function(self._scope)
        for service in graph.services.values():
            self._values[service.name] = self._callable(service)

    def decide(self, decision: Decision) -> Any:
        """Return the value of a decision after those it requires."""
        for target in self._in_order(decision):
            self._decided[target.id] = self._values[target.name] = self._decide_one(target)
        return self._decided[decision.id]

    def _in_order(self, wanted: Decision) -> list[Decision]:
        """Return the undecided decisions that are needed, required ones first; the graph has no cycle."""
        order: list[Decision] = []
        waiting: list[tuple[Decision, bool]] = [(wanted, False)]
        seen: set[str] = set()
        while waiting:
            decision, ready = waiting.pop()
            if ready:
                order.append(decision)
                continue
            if decision.id in seen or decision.id in self._decided:
                continue
            seen.add(decision.id)
            waiting.append((decision, True))
            required = (self._graph.decisions.get(target) for target in reversed(decision.requires))
            waiting += [(target, False) for target in required if target is not None]
        return order

    def _decide_one(self, decision: Decision) -> Any:
        for target in decision.requires:
            given = self._graph.inputs.get(target)
            if given is not None and given.name not in self._values:
                value = self._context.get(given.name)
                self._values[given.name] = (
                    fit(value, given.kind, self._run) if given.kind is not None else value
                )
        value = decision.logic(self._scope) if decision.logic is not None else None
        return fit(value, decision.kind, self._run) if decision.kind is not None else value

    def required_values(self, decision: Decision) -> dict[str, Any]:
        """Return what a decision that is no table looked at."""
        names = [self._graph.name_of(target) for target in decision.requires]
        return {name: self._values.get(name) for name in names if name}

    def serve(self, service: DecisionService, given: Mapping[str, Any]) -> Any:
        """Return what a decision service makes of its inputs: one value, or a context of several by name."""
        decided = {target: given.get(self._graph.name_of(target)) for target in service.given_decisions}
        inner = Evaluation(self._graph, given, self._run, decided)
        for target in decided:
            inner._values[self._graph.name_of(target)] = decided[target]
        outputs = [self._graph.decisions[target] for target in service.outputs]
        if len(outputs) == 1:
            return inner.decide(outputs[0])
        return {output.name: inner.decide(output) for output in outputs}

    def _callable(self, service: DecisionService) -> Function:
        names = tuple(self._graph.name_of(target) for target in (*service.inputs, *service.given_decisions))
        signature = Signature(names, ("any",) * len(names), len(names))

        kinds = [self._graph.kind_of(target) for target in (*service.inputs, *service.given_decisions)]

        def run_service(run: Run, *values: Any) -> Any:
            fitted = [
                fit(value, kind, run) if kind else value for value, kind in zip(values, kinds, strict=True)
            ]
            if any(new is None and old is not None for new, old in zip(fitted, values, strict=True)):
                return None
            return self.serve(service, dict(zip(names, fitted, strict=True)))

        return Function(service.name, (signature,), run_service)
