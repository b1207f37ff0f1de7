"""What can happen: one row per event, which is history and outbox at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an instance, in the past participle: `task.completed`.

    data: small facts (ids, codes, outcomes); no personal data and no form values.
    """

    type: str
    instance_id: UUID | None = None
    campaign_id: int | None = None
    task_id: UUID | None = None
    element_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
