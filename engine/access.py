"""Who may act: an actor holds roles at organisations; a task asks for one role at one organisation."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who gives a command.

    roles: (role code, organisation id) pairs in force now.
    system: the scheduler and operators' tools; may act anywhere, is named in the journal.
    """

    person_id: int | None
    name: str
    roles: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    system: bool = False

    def may_act(self, role: str, organisation_id: int) -> bool:
        """Tell whether the actor may claim and complete a task of this role at this organisation."""
        return self.system or (role, organisation_id) in self.roles


SYSTEM = Actor(person_id=None, name="系统", system=True)
