"""A process with everything it calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.definition import Definition
from engine.bpmn.element import Element
from engine.errors import InvalidInput


class BundleIncomplete(InvalidInput):
    """A called element has no process, or two different processes share a key."""

    code = "bundle.incomplete"


@dataclass(frozen=True)
class Bundle:
    """A root process and the processes that fill its slots, named by the hash of them all.

    parts: by called element (slot or process key), for all called elements of all processes in it.
    """

    hash: str
    root: Definition
    parts: Mapping[str, Definition]

    def definitions(self) -> Iterator[Definition]:
        """Yield each process once. Raises BundleIncomplete."""
        found: dict[str, Definition] = {}
        for definition in (self.root, *self.parts.values()):
            known = found.setdefault(definition.key, definition)
            if known.content_hash != definition.content_hash:
                raise BundleIncomplete(
                    f"流程“{definition.key}”在同一绑定里有两个版本;请重新绑定。", key=definition.key
                )
        missing = sorted({slot for one in found.values() for slot in one.slots if slot not in self.parts})
        if missing:
            raise BundleIncomplete(
                f"流程“{self.root.key}”调用的“{'、'.join(missing)}”没有对应的流程;请发布它们,或在政策包里指定。",
                missing=missing,
            )
        self._refuse_circles(self.root, ())
        yield from found.values()

    def _refuse_circles(self, definition: Definition, above: tuple[str, ...]) -> None:
        if definition.key in above:
            circle = " → ".join((*above[above.index(definition.key) :], definition.key))
            raise BundleIncomplete(f"流程互相调用成了圈:{circle};请去掉其中一个调用。", code="bundle.circle")
        for slot in definition.slots:
            self._refuse_circles(self.parts[slot], (*above, definition.key))

    def element(self, definition_key: str, element_id: str) -> Element:
        """Return an element of one of the processes. Raises KeyError."""
        for definition in (self.root, *self.parts.values()):
            if definition.key == definition_key:
                return definition.elements[element_id]
        raise KeyError(definition_key)
