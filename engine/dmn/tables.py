"""Decision tables: compile the cells once, match rules, apply the hit policy."""

from dataclasses import dataclass
from typing import Any

from engine.dmn.itemtypes import ItemType, fit
from engine.dmn.matching import Cell, Matcher
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
    conditions: list[Cell | None]
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
    matcher: Matcher | None = None

    def decide(self, scope: Scope) -> Any:
        """Return the value of the table and note inputs and matched rules in the trace."""
        run = scope.run
        shown: dict[str, Any] = {}
        values: list[Any] = []
        for column in self.inputs:
            shown[column.label] = value = self._input(column, scope)
            values.append(value)
        matched = self._matching(values, scope)
        note(run, Hit(self.id, tuple([rule.id for rule in matched]), shown))
        if not matched:
            return self._default(scope)
        hits = [[result(scope) for result in rule.results] for rule in matched]
        if self.policy in SINGLE:
            chosen = hits if len(hits) == 1 else self._applied(hits, scope)
            return self._value(chosen[0], run) if chosen else None
        results = [self._value(hit, run) for hit in self._applied(hits, scope)]
        if self.aggregation:
            return lift(AGGREGATIONS[self.aggregation](run, results))
        return results

    def _input(self, column: Input, scope: Scope) -> Any:
        value = column.value(scope)
        if column.kind is not None:
            value = fit(value, column.kind, scope.run)
        if column.allowed is None or value is None or _passes(value, column.allowed, scope):
            return value
        text = f"输入“{column.label}”的值不在允许的范围内，没有规则命中"
        scope.run.warn("input_not_allowed", 0, text)
        return _REFUSED

    def _matching(self, values: list[Any], scope: Scope) -> list[Rule]:
        for value in values:
            if value is _REFUSED:
                return []
        scope.run.charge(len(self.rules))
        if self.matcher is None:
            self.matcher = Matcher([rule.conditions for rule in self.rules], len(self.inputs))
        first = self.policy == "FIRST"
        return [self.rules[number] for number in self.matcher.rules(values, scope, first=first)]

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
        return self._value([default(scope) if default else None for default in defaults], scope.run)

    def _value(self, outputs: list[Any], run: Run) -> Any:
        if len(self.outputs) == 1:
            return self._output(outputs[0], self.outputs[0], run)
        return {
            column.name: self._output(value, column, run)
            for value, column in zip(outputs, self.outputs, strict=True)
        }

    def _output(self, value: Any, column: Output, run: Run) -> Any:
        if column.kind is not None:
            value = fit(value, column.kind, run)
        if column.allowed is None or value is None or _passes(value, column.allowed, Scope({}, None, run)):
            return value
        run.warn("output_not_allowed", 0, f"输出“{column.name}”的值不在允许的范围内，按 null 处理")
        return None


def _passes(value: Any, allowed: Closure, scope: Scope) -> bool:
    return allowed(Scope({"?": value}, scope, scope.run)) is True
