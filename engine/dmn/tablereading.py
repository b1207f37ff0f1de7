"""Read a `<decisionTable>`: columns, rules, hit policy; every mistake becomes a problem."""

from typing import Any

from engine.dmn.compiling import Compilation, nothing
from engine.dmn.elements import Element, attribute, child, children, place, text_of
from engine.dmn.itemtypes import ItemTypes
from engine.dmn.matching import Cell
from engine.dmn.policies import AGGREGATIONS, POLICIES
from engine.dmn.tables import Input, Output, Rule, Table
from engine.feel import nodes
from engine.feel.closures.compiler import build
from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing import parse_unary_tests
from engine.feel.state import Closure, Scope


def read_table(element: Element, work: Compilation, types: ItemTypes) -> Table:
    """Return the compiled table."""
    policy = attribute(element, "hitPolicy") or "UNIQUE"
    aggregation = attribute(element, "aggregation")
    if policy not in POLICIES:
        work.problem(element, "dmn.hit_policy", f"没有命中策略“{policy}”；可用 {'、'.join(sorted(POLICIES))}")
        policy = "UNIQUE"
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
        work.problem(
            element, "dmn.aggregation", f"聚合“{aggregation}”只能是 SUM、MIN、MAX、COUNT，且只用于 COLLECT"
        )
        aggregation = ""
    inputs = [_input(column, work, types) for column in children(element, "input")]
    outputs = [_output(column, work, types) for column in children(element, "output")]
    if not outputs:
        work.problem(element, "dmn.no_output", "决策表没有输出列；请至少添加一列")
    if aggregation in ("SUM", "MIN", "MAX") and len(outputs) > 1:
        work.problem(
            element, "dmn.aggregation", f"聚合 {aggregation} 只能用于一个输出列，实际 {len(outputs)} 列"
        )
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.ranks for column in outputs):
        work.problem(element, "dmn.no_priority", f"{policy} 需要在输出列里按优先次序列出取值（outputValues）")
    rules = [
        _rule(row, number, (len(inputs), len(outputs)), work)
        for number, row in enumerate(children(element, "rule"), 1)
    ]
    return Table(place(element), policy, aggregation, inputs, outputs, rules)


def _input(column: Element, work: Compilation, types: ItemTypes) -> Input:
    expression = child(column, "inputExpression")
    if expression is None:
        work.problem(column, "dmn.no_input", "输入列没有表达式；请填写它读取哪个变量")
        return Input(attribute(column, "label"), nothing, None, None)
    values = child(column, "inputValues")
    allowed = work.tests(values) if values is not None else None
    label = attribute(column, "label") or text_of(expression)
    return Input(label, work.expression(expression), types.of(expression), allowed)


def _output(column: Element, work: Compilation, types: ItemTypes) -> Output:
    values, default = child(column, "outputValues"), child(column, "defaultOutputEntry")
    listed = values is not None and text_of(values) not in ("", "-")
    return Output(
        attribute(column, "name") or attribute(column, "label"),
        types.of(column),
        _ranks(values, work) if listed and values is not None else None,
        work.expression(default) if default is not None and text_of(default) else None,
        work.tests(values) if listed and values is not None else None,
    )


def _ranks(values: Element, work: Compilation) -> Closure | None:
    """Compile the listed output values themselves, in their order; tests that are no values have no rank."""
    try:
        tree = parse_unary_tests(text_of(values), work.names)
    except FeelSyntaxError:
        return None
    listed = [build(test.operand) for test in tree.tests if isinstance(test, nodes.Test) and test.op is None]

    def read(scope: Scope) -> Any:
        return [value(scope) for value in listed]

    return read if listed else None


def _rule(row: Element, number: int, width: tuple[int, int], work: Compilation) -> Rule:
    name = attribute(row, "id") or f"rule-{number}"
    conditions = [work.cell(cell) for cell in children(row, "inputEntry")]
    results = [work.expression(cell, needed=False) for cell in children(row, "outputEntry")]
    if (len(conditions), len(results)) != width:
        found = f"第 {number} 条规则应有 {width[0]} 个输入和 {width[1]} 个输出，实际 {len(conditions)} 和 {len(results)}"
        work.problem(row, "dmn.rule_width", found)
        conditions, results = [Cell(nothing)] * width[0], [nothing] * width[1]
    return Rule(name, conditions, results)
