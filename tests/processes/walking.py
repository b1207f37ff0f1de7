"""Walk through a factory diagram in memory: real decisions, recorded operations, stored after every step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.bpmn.bundle import Bundle
from engine.bpmn.definition import Definition, read
from engine.bpmn.element import Element
from engine.bpmn.run import Run
from engine.calendar.functions import expression_functions
from engine.calendar.work_calendar import WorkCalendar
from engine.dmn.decisions import Decisions
from engine.dmn.reading import read as read_decisions
from engine.feel.compiling import compile_expression

WORKFLOWS = Path(__file__).parents[2] / "workflows"
SLOTS = {"finance_check": "finance_scoring", "key_review": "panel_review"}
FUNCTIONS = expression_functions(WorkCalendar(frozenset(), frozenset()))
POLICY: dict[str, Any] = {
    "pre_eval": {
        "third_party_when": "total_investment_wan>=300",
        "conclusion_labels": ["支持", "完善", "不支持"],
    },
    "grading": {"bands": [["甲", 80, 100], ["乙", 60, 80], ["丙", 0, 60]]},
    "monitoring": {"fail_cap": {"consecutive_failures": 2, "and_not_rectified": True, "cap_grade": "丙"}},
    "expert_panel": {"composition": ["代表", "专家", "财政"]},
    "result": {
        "deduct_below_score": 80,
        "deduct_ratio_table": None,
        "grade_action": {"甲": "优先", "乙": "压减", "丙": "取消"},
    },
    "rectification": {"days": 10},
    "approval": {"government_consent": False},
    "lateness": {"after_workdays": 0},
    "circular": {"after_workdays": 5, "issue_workdays": 3},
    "extension": {"decided_by": "section", "answer_workdays": 3},
}


@cache
def definition(key: str) -> Definition:
    """Return a factory diagram."""
    return read((WORKFLOWS / "processes" / f"{key}.bpmn").read_bytes())


@cache
def decisions(key: str) -> Decisions:
    """Return a factory decision."""
    return read_decisions((WORKFLOWS / "decisions" / f"{key}.dmn").read_bytes())


def bundle(key: str, slots: Mapping[str, str]) -> Bundle:
    """Bind a diagram to everything it calls."""
    parts: dict[str, Definition] = {}
    open_slots = list(definition(key).slots)
    while open_slots:
        slot = open_slots.pop()
        if slot not in parts:
            parts[slot] = definition(slots.get(slot, slot))
            open_slots += parts[slot].slots
    return Bundle("/".join([key, *sorted(slots.values())]), definition(key), parts)


@dataclass
class Hands:
    """Operations that only remember; decisions that decide. results: what an operation returns, by name."""

    results: Mapping[str, Mapping[str, Any]]
    called: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    constants: Mapping[str, Any] = field(default_factory=dict)

    def operate(
        self, element: Element, task_id: UUID, arguments: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Remember the call."""
        self.called.append((element.operation or "", dict(arguments)))
        return self.results.get(element.operation or "")

    def decide(self, element: Element, context: Mapping[str, Any]) -> Any:
        """Ask the factory's decision."""
        return decisions(element.decision or "").decide(element.decision or "", context).value


class Walk:
    """One instance on its way. ended: end events passed; called: operations of service tasks, in order."""

    def __init__(
        self,
        key: str,
        data: Mapping[str, Any] | None = None,
        *,
        dates: Mapping[str, Any] | None = None,
        slots: Mapping[str, str] = SLOTS,
        policy: Mapping[str, Any] = POLICY,
        results: Mapping[str, Mapping[str, Any]] | None = None,
        now: datetime = datetime(2031, 3, 3, 1, 0, tzinfo=UTC),
    ) -> None:
        self.bundle = bundle(key, slots)
        self.now = now
        self.constants = {"policy": policy, "dates": dates or {}, "year": 2031, "today": date(2031, 3, 3)}
        self.hands = Hands(results or {})
        self.ended: list[str] = []
        self.run = Run.start(self.bundle, {"subject_code": "P-1", **(data or {})}, **self._view())
        self._store()

    def _view(self) -> dict[str, Any]:
        return {"now": self.now, "constants": self.constants, "services": self.hands, "functions": FUNCTIONS}

    def _store(self) -> None:
        """Settle, note what ended, and go on from the stored image alone."""
        self.run.settle()
        assert self.run.failures == []
        root = self.bundle.root
        passed = [
            one for one in self.run.history if one.kind == "completed" and one.definition_key == root.key
        ]
        self.ended += [one.element_id for one in passed if root.elements[one.element_id].kind == "endEvent"]
        image = self.run.image()
        self.run = Run.restore(self.bundle, image, **self._view())

    @property
    def waiting(self) -> list[str]:
        """The user tasks that wait, by element id."""
        return sorted(task.element.id for task in self.run.user_tasks)

    @property
    def called(self) -> list[str]:
        """The operations called so far."""
        return [name for name, _ in self.hands.called]

    def argument(self, operation: str, name: str) -> Any:
        """Return an argument of the last call of an operation."""
        return next(found for called, found in reversed(self.hands.called) if called == operation)[name]

    def due(self, element_id: str) -> Any:
        """Return the due moment the diagram gives a waiting task."""
        task = next(one for one in self.run.user_tasks if one.element.id == element_id)
        return self._evaluate(task.element.due or "null", dict(task.data))

    def _evaluate(self, source: str, data: Mapping[str, Any]) -> Any:
        return compile_expression(source).evaluate(
            {**self.constants, **data}, functions=FUNCTIONS, now=self.now
        )

    def do(self, element_id: str, **form: Any) -> "Walk":
        """Complete a waiting task with these clean form values; its operation returns what `results` says."""
        task = next((one for one in self.run.user_tasks if one.element.id == element_id), None)
        assert task is not None, f"{element_id} does not wait; waiting: {self.waiting}"
        result = self.hands.results.get(task.element.operation or "", {})
        view = {**task.data, "form": form, "result": result}
        outputs = {name: self._evaluate(source, view) for name, source in task.element.outputs.items()}
        self.run.complete(task.id, outputs)
        self._store()
        return self

    def until(self, now: datetime) -> "Walk":
        """Let time pass and fire what is due."""
        self.now = now
        self.run = Run.restore(self.bundle, self.run.image(), **self._view())
        self.run.fire_timers()
        self._store()
        return self

    def hear(self, name: str, key: str, **payload: Any) -> bool:
        """Hand a message in."""
        heard = self.run.correlate(name, key, payload)
        self._store()
        return heard is not None
