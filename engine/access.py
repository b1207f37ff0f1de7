"""Who may act: an actor holds roles at organisations; a task asks for one role at one organisation."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who gives a command.

    person_id: in whose name. name: as records show it. roles: (role code, organisation id) pairs in force now.
    system: the scheduler and operators' tools; may act anywhere, is named in the journal.
    hand_id: who acts in that person's place (代理); None if he does it himself. Then the name is "X 代 Y" and the roles
    are those the substitute may use: tasks of the person that ask for another role are not his.
    watches: he looks over the whole jurisdiction, and may urge where his own organisation has no part.
    """

    person_id: int | None
    name: str
    roles: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    system: bool = False
    hand_id: int | None = None
    watches: bool = False

    @property
    def doer_id(self) -> int | None:
        """Who really acts."""
        return self.person_id if self.hand_id is None else self.hand_id

    def may_act(self, role: str, organisation_id: int) -> bool:
        """Tell whether the actor may claim and complete a task of this role at this organisation."""
        return self.system or (role, organisation_id) in self.roles

    def replaced_by(self, hand: "Actor", roles: Collection[tuple[str, int]] = ()) -> "Actor":
        """Return the actor when `hand` acts in his place. roles: those of his that are meant; none: all of them."""
        meant = self.roles & frozenset(roles) if roles else self.roles
        return replace(self, name=f"{hand.name} 代 {self.name}", roles=meant, hand_id=hand.person_id)


def own_name(name: str) -> str:
    """Return the person's own name in what records show."""
    return name.rpartition(" 代 ")[2]


SYSTEM = Actor(person_id=None, name="系统", system=True)
