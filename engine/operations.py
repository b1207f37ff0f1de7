"""Operations: the functions a diagram may call by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.access import Actor
from engine.errors import InvalidInput, NotFound
from engine.parameters import Parameters
from engine.uow import UnitOfWork

Decide = Callable[[str, Mapping[str, Any]], Any]


def nothing_bound(key: str, _context: Mapping[str, Any]) -> Any:
    """Refuse: no diagram stands behind this step, so no decision is bound."""
    raise NotFound(
        f"这一步没有绑定决策表“{key}”;请在流程图的节点上写 bihuan:decision。", code="decision.not_found"
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Where an operation is called: the instance, the element, who acted, what was filed.

    values: clean values of the completed form ({} for a service task).
    data: process variables as they stand, read only.
    decide: asks a decision that the element names (`bihuan:decision`) and journals why.
    """

    instance_id: UUID
    business_key: str
    definition_key: str
    element_id: str
    task_id: UUID
    campaign_id: int | None
    stage: str
    round: int
    subject_kind: str
    subject_id: int
    subject_code: str
    jurisdiction_id: int
    organisation_id: int
    parties: Mapping[str, int]
    parameters: Parameters
    actor: Actor
    now: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    decide: Decide = nothing_bound


Operation = Callable[[UnitOfWork, Step, Mapping[str, Any]], Mapping[str, Any] | None]


class Operations:
    """The registry of operations; filled once by the host, read by diagrams."""

    def __init__(self) -> None:
        self._by_name: dict[str, Operation] = {}

    def register(self, name: str, operation: Operation) -> None:
        """Add `operation` under `name`; a name is given once."""
        if name in self._by_name:
            raise InvalidInput(
                f"操作“{name}”已经登记过,请换一个名称。", code="operation.duplicate", name=name
            )
        self._by_name[name] = operation

    def names(self) -> frozenset[str]:
        """Return all registered names."""
        return frozenset(self._by_name)

    def call(
        self, uow: UnitOfWork, name: str, step: Step, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Run the operation `name`. Raises InvalidInput if nobody registered it."""
        operation = self._by_name.get(name)
        if operation is None:
            raise InvalidInput(
                f"流程图中的操作“{name}”没有登记;请改用已登记的操作:{'、'.join(sorted(self._by_name)[:8])}……",
                code="operation.unknown",
                name=name,
            )
        return operation(uow, step, arguments)
