# mypy: disallow-subclassing-any=False
"""Automatic tasks: operations, decisions, scripts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.nodes.signalling import answered
from engine.errors import BusinessError


def keep_result(token: Any, result: Mapping[str, Any] | None) -> None:
    """Turn the result of an operation into process variables, by the outputs of its element.

    The outputs see the variables, the entries of the result above them, and the whole as `result`.
    """
    outputs = token.task_spec.element.outputs
    if not outputs:
        return
    expressions = token.workflow.script_engine
    extra = {**(result or {}), "result": result}
    token.data.update(
        {name: expressions.value(source, token.data, extra) for name, source in outputs.items()}
    )


class ServiceTask(spiff.ServiceTask):
    """Calls an operation of ours by name; an error of the business goes to an error event around it, if one is there."""

    def _run_hook(self, token: Any) -> bool:
        expressions, element = token.workflow.script_engine, self.element
        arguments = {
            name: expressions.value(source, token.data) for name, source in element.parameters.items()
        }
        try:
            result = expressions.services.operate(element, token.id, arguments, MappingProxyType(token.data))
        except BusinessError as error:
            if not answered(token, error.code):
                raise
            return False
        keep_result(token, result)
        return True


class BusinessRuleTask(spiff.ServiceTask):
    """Asks a decision table and keeps its value in one variable."""

    def _run_hook(self, token: Any) -> bool:
        expressions, element = token.workflow.script_engine, self.element
        value = expressions.services.decide(element, expressions.view(token.data))
        token.data[element.result] = value
        keep_result(token, {element.result: value})
        return True


class ScriptTask(spiff.ScriptTask):
    """Evaluates a FEEL context; its entries become process variables."""
