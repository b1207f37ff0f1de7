"""Whose form it is."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """Whose form it is: the instance, its subject, its jurisdiction and year."""

    instance_id: UUID
    subject_kind: str
    subject_id: int
    jurisdiction_id: int
    year: int
