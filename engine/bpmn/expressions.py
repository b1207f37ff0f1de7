"""The only evaluator of a running diagram: FEEL. It stands in all doors through which SpiffWorkflow evaluates text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.bpmn.failing import StepFailed
from engine.bpmn.live import Services
from engine.calendar.local_time import local_date
from engine.feel.compiling import compile_expression


class Expressions:
    """What SpiffWorkflow calls a script engine: expressions, scripts, the clock and the services of one session.

    constants: visible to every expression below the process variables, never stored.
    """

    def __init__(
        self,
        *,
        now: datetime,
        constants: Mapping[str, Any],
        services: Services,
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.now = now
        self.constants = constants
        self.services = services
        self.functions = functions
        self.environment = Environment(self)

    def view(self, data: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what an expression sees: constants, variables above them, `extra` above these."""
        return {**self.constants, **data, **(extra or {})}

    def value(
        self,
        source: str,
        data: Mapping[str, Any],
        extra: Mapping[str, Any] | None = None,
        *,
        as_of: datetime | None = None,
    ) -> Any:
        """Evaluate FEEL text, as of now or of an earlier moment."""
        compiled, view = compile_expression(source), self.view(data, extra)
        if as_of is not None and "today" in self.constants and "today" not in data:
            view["today"] = local_date(as_of)
        return compiled.evaluate(view, functions=self.functions, now=as_of or self.now)

    def truth(self, source: str, data: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> bool:
        """Evaluate a condition: null is false. Raises StepFailed if it is neither true, false nor null."""
        found = self.value(source, data, extra)
        if found is None or isinstance(found, bool):
            return found is True
        raise StepFailed(
            f"条件“{source}”应得出真或假,得到的是“{found}”;请改写条件。", code="condition.not_boolean"
        )

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """Evaluate for SpiffWorkflow."""
        return self.value(expression, task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        """Evaluate a script, a FEEL context, and keep its entries as process variables."""
        entries = self.value(script, task.data)
        if not isinstance(entries, dict):
            raise StepFailed(
                "脚本应是 FEEL 上下文,如 {合计: 甲 + 乙};请改写脚本。", code="script.not_context"
            )
        task.data.update(entries)
        return True

    def call_service(self, task: Any, **_: Any) -> Any:
        """Refuse: service tasks go through operations."""
        raise StepFailed("服务任务只能通过“操作”执行;请为它选择一个操作。", code="operation.missing")

    def validate(self, expression: str) -> None:
        """Compile only."""
        compile_expression(expression)


class Environment:
    """The second door of SpiffWorkflow (message correlation): the same FEEL, over a given context."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        """Evaluate FEEL text over `context`."""
        return self._expressions.value(expression, context)
