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
        self._imports: dict[str, Evaluation] = {}
        for name, found in graph.imports.items():
            self._imports[name] = inner = Evaluation(found, _below(context, name), run)
            self._values[name] = inner.functions()
        for knowledge in graph.knowledge.values():
            self._values[knowledge.name] = knowledge.function(self._scope)
        for service in graph.services.values():
            self._values[service.name] = self._callable(service)

    def functions(self) -> dict[str, Any]:
        """Return what may be called by name: knowledge models and decision services."""
        names = [model.name for model in self._graph.knowledge.values()]
        names += [service.name for service in self._graph.services.values()]
        return {name: self._values[name] for name in names}

    def decide(self, decision: Decision) -> Any:
        """Return the value of a decision after those it requires."""
        for target in self._graph.order_of(decision, self._decided):
            self._decided[target.id] = self._values[target.name] = self._decide_one(target)
        return self._decided[decision.id]

    def _decide_one(self, decision: Decision) -> Any:
        for target in decision.requires:
            if target in self._graph.inputs:
                self._take_input(target)
            else:
                self._take_imported(target)
        value = decision.logic(self._scope) if decision.logic is not None else None
        return fit(value, decision.kind, self._run) if decision.kind is not None else value

    def _take_input(self, target: str) -> Any:
        given = self._graph.inputs[target]
        if given.name not in self._values:
            value = self._context.get(given.name)
            self._values[given.name] = fit(value, given.kind, self._run) if given.kind is not None else value
        return self._values[given.name]

    def _take_imported(self, target: str) -> Any:
        """Return what another document's decision or input comes to, and let expressions see it under the import."""
        found = self._graph.imported(target)
        if found is None:
            return None
        name, graph, element_id = found
        inner = self._imports[name]
        if element_id in graph.decisions:
            value = inner.decide(graph.decisions[element_id])
        else:
            value = inner._take_input(element_id) if element_id in graph.inputs else None
        self._values[name][graph.name_of(element_id)] = value
        return value

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
        made = {target: inner._output(target) for target in service.outputs}
        if len(made) == 1:
            return next(iter(made.values()))[1]
        return dict(made.values())

    def _output(self, target: str) -> tuple[str, Any]:
        if target in self._graph.decisions:
            decision = self._graph.decisions[target]
            return decision.name, self.decide(decision)
        found = self._graph.imported(target)
        return (found[1].name_of(found[2]) if found else target), self._take_imported(target)

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


def _below(context: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what an imported document sees of the caller's context: all of it, and first what stands under its name."""
    own = context.get(name)
    return {**context, **own} if isinstance(own, Mapping) else context
