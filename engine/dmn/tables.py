"""Decision tables: compile the cells once, match rules, apply the hit policy."""

from dataclasses import dataclass
from typing import Any

from engine.dmn.itemtypes import ItemType, fit
from engine.dmn.policies import AGGREGATIONS, SINGLE, Outputs, Ranks, any_one, in_priority, unique
from engine.dmn.tracing import Hit, note
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import lift

_REFUSED = object()


@dataclass(slots=True)
class Input:
    """A column of conditions."""

    label: str
    value: Closure
    kind: ItemType | None
    allowed: Closure | None


@dataclass(slots=True)
class Output:
    """A column of results; `ranks` compiles its listed values in order of priority."""

    name: str
    kind: ItemType | None
    ranks: Closure | None
    default: Closure | None
    allowed: Closure | None


@dataclass(slots=True)
class Rule:
    """A row; a condition of None always holds."""

    id: str
    conditions: list[Closure | None]
    results: list[Closure]


@dataclass(slots=True)
class Table:
    """A compiled decision table."""

    id: str
    policy: str
    aggregation: str
    inputs: list[Input]
    outputs: list[Output]
    rules: list[Rule]

    def decide(self, scope: Scope) -> Any:
        """Return the value of the table and note inputs and matched rules in the trace."""
        run = scope.run
        values = [self._input(column, scope) for column in self.inputs]
        matched = self._matching(values, scope)
        shown = {column.label: value for column, value in zip(self.inputs, values, strict=True)}
        note(run, Hit(self.id, tuple(rule.id for rule in matched), shown))
        if not matched:
            return self._default(scope)
        hits = self._applied([[result(scope) for result in rule.results] for rule in matched], scope)
        if self.policy in SINGLE:
            return self._value(hits[0], run) if hits else None
        results = [self._value(hit, run) for hit in hits]
        if self.aggregation:
            return lift(AGGREGATIONS[self.aggregation](run, results))
        return results

    def _input(self, column: Input, scope: Scope) -> Any:
        value = column.value(scope)
        if column.kind is not None:
            value = fit(value, column.kind, scope.run)
        if value is None or _passes(value, column.allowed, scope):
            return value
        text = f"输入“{column.label}”的值不在允许的范围内，没有规则命中"
        scope.run.warn("input_not_allowed", 0, text)
        return _REFUSED

    def _matching(self, values: list[Any], scope: Scope) -> list[Rule]:
        if any(value is _REFUSED for value in values):
            return []
        run = scope.run
        run.charge(len(self.rules))
        scopes = [Scope({"?": value}, scope, run) for value in values]
        found: list[Rule] = []
        for rule in self.rules:
            for condition, inner in zip(rule.conditions, scopes, strict=True):
                if condition is not None and condition(inner) is not True:
                    break
            else:
                found.append(rule)
                if self.policy == "FIRST":
                    break
        return found

    def _applied(self, hits: Outputs, scope: Scope) -> Outputs:
        match self.policy:
            case "UNIQUE":
                return unique(hits, scope.run)
            case "ANY":
                return any_one(hits, scope.run)
            case "PRIORITY" | "OUTPUT ORDER":
                return in_priority(hits, self._ranks(scope), scope.run)
        return hits

    def _ranks(self, scope: Scope) -> Ranks:
        return [list(column.ranks(scope)) if column.ranks is not None else [] for column in self.outputs]

    def _default(self, scope: Scope) -> Any:
        defaults = [column.default for column in self.outputs]
        if not any(defaults):
            return None
        value = self._value([default(scope) if default else None for default in defaults], scope.run)
        return value if self.policy in SINGLE or self.aggregation else [value]

    def _value(self, outputs: list[Any], run: Run) -> Any:
        fitted = [
            self._output(value, column, run) for value, column in zip(outputs, self.outputs, strict=True)
        ]
        if len(self.outputs) == 1:
            return fitted[0]
        return {column.name: value for column, value in zip(self.outputs, fitted, strict=True)}

    def _output(self, value: Any, column: Output, run: Run) -> Any:
        if column.kind is not None:
            value = fit(value, column.kind, run)
        if value is None or _passes(value, column.allowed, Scope({}, None, run)):
            return value
        run.warn("output_not_allowed", 0, f"输出“{column.name}”的值不在允许的范围内，按 null 处理")
        return None


def _passes(value: Any, allowed: Closure | None, scope: Scope) -> bool:
    return allowed is None or allowed(Scope({"?": value}, scope, scope.run)) is True
