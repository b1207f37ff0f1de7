"""Ask a decision: work out what it requires, decide, and tell why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from engine.dmn.evaluating import Evaluation
from engine.dmn.graph import Decision, Graph
from engine.dmn.tracing import DecisionRun, Hit
from engine.errors import NotFound
from engine.feel.binding import call_function
from engine.feel.errors import FeelBudgetExceeded, FeelWarning


class Outcome(NamedTuple):
    """A decided value and why.

    matched_rules: ids of the rules of the asked decision's table, in order of the table.
    inputs: the values it looked at, by the label of the column (or by name, if it is no table).
    hits: the same for every table that was asked on the way, required ones first.
    """

    value: Any
    matched_rules: list[str]
    inputs: dict[str, Any]
    hits: tuple[Hit, ...] = ()
    warnings: tuple[FeelWarning, ...] = ()


class Decisions:
    """The decisions of one document, compiled; immutable and shared between threads."""

    def __init__(self, file_id: str, name: str, graph: Graph) -> None:
        self._graph = graph
        self._by_key = {found.name: found for found in graph.decisions.values()}
        self._by_key |= graph.decisions
        self.key = self._root(file_id)
        self.name = graph.decisions[self.key].name if self.key in graph.decisions else name

    def _root(self, file_id: str) -> str:
        """Return the decision with the file's id, else the first that no other decision requires."""
        if file_id in self._graph.decisions:
            return file_id
        required = {target for decision in self._graph.decisions.values() for target in decision.requires}
        roots = [name for name in self._graph.decisions if name not in required]
        return roots[0] if roots else next(iter(self._graph.decisions), "")

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids of all decisions."""
        return tuple(self._graph.decisions)

    def decide(
        self,
        key: str,
        context: Mapping[str, Any],
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        now: datetime | None = None,
    ) -> Outcome:
        """Decide by the id or the name of a decision; everything in the context is visible to its expressions.

        Raises NotFound for an unknown key, FeelBudgetExceeded.
        """
        decision = self._by_key.get(key)
        if decision is None:
            known = "、".join(self._graph.decisions)
            raise NotFound(f"没有决策“{key}”；这份文件里有 {known}", code="decision.not_found", key=key)
        run = DecisionRun(functions, now)
        evaluation = Evaluation(self._graph, context, run)
        value = _decided(lambda: evaluation.decide(decision), run, key)
        return self._outcome(decision, value, evaluation, run)

    def call_service(
        self,
        name: str,
        context: Mapping[str, Any],
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Outcome:
        """Call a decision service by name or id with its inputs by name. Raises NotFound."""
        service = next(
            (found for found in self._graph.services.values() if name in (found.id, found.name)), None
        )
        if service is None:
            raise NotFound(f"没有决策服务“{name}”", code="decision.not_found", key=name)
        run = DecisionRun(functions, None)
        value = _decided(lambda: Evaluation(self._graph, context, run).serve(service, context), run, name)
        return Outcome(value, [], dict(context), tuple(run.hits), tuple(run.warnings or ()))

    def call_knowledge(self, name: str, context: Mapping[str, Any]) -> Outcome:
        """Call a business knowledge model by name or id with its parameters by name. Raises NotFound."""
        models = self._graph.knowledge.values()
        model = next((found for found in models if name in (found.id, found.name)), None)
        if model is None:
            raise NotFound(f"没有业务知识模型“{name}”", code="decision.not_found", key=name)
        run = DecisionRun(None, None)
        function = Evaluation(self._graph, {}, run).functions()[model.name]
        value = _decided(
            lambda: call_function(function, list(context.values()), list(context), run, 0), run, name
        )
        return Outcome(value, [], dict(context), tuple(run.hits), tuple(run.warnings or ()))

    def _outcome(self, decision: Decision, value: Any, evaluation: Evaluation, run: DecisionRun) -> Outcome:
        hits = tuple(run.hits)
        if decision.is_table and hits:
            rules, inputs = list(hits[-1].rules), dict(hits[-1].inputs)
        else:
            rules, inputs = [], evaluation.required_values(decision)
        return Outcome(value, rules, inputs, hits, tuple(run.warnings or ()))


def _decided(work: Callable[[], Any], run: DecisionRun, key: str) -> Any:
    """Return a value that may be shown; a number from outside that is none makes it null."""
    try:
        value = work()
        run.walk(value)
    except RecursionError:
        raise FeelBudgetExceeded("决策嵌套过深，无法计算", decision=key) from None
    except ArithmeticError:
        run.warn("no_number", 0, "上下文里有不是数的数值（NaN 或无穷大），按 null 处理")
        return None
    return value
