"""Specs of a bundle, made once per process and shared by all its instances and threads."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from engine import xml
from engine.bpmn import spiff
from engine.bpmn.bundle import Bundle
from engine.bpmn.definition import Definition
from engine.bpmn.nodes.gateways import InclusiveGateway
from engine.bpmn.parsing import Parser

CACHE_SIZE = 200


@dataclass(frozen=True, slots=True)
class Specs:
    """What the trees of an instance are made of. all: by name, `KEY` for a process, `KEY/ID` for a subprocess."""

    root: Any
    all: Mapping[str, Any]


class SpecCache:
    """The specs of the bundles used last, by hash; any number of threads may ask."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._specs: OrderedDict[str, Specs] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._specs)

    def get(self, bundle: Bundle) -> Specs:
        """Return the specs of a bundle. Raises BundleIncomplete."""
        with self._lock:
            found = self._specs.get(bundle.hash)
            if found is not None:
                self._specs.move_to_end(bundle.hash)
                return found
        specs = _compile(bundle)
        with self._lock:
            self._specs[bundle.hash] = specs
            if len(self._specs) > self._size:
                self._specs.popitem(last=False)
        return specs


_cache = SpecCache(CACHE_SIZE)


def compiled(bundle: Bundle) -> Specs:
    """Return the specs of a bundle from the cache of this process. Raises BundleIncomplete."""
    return _cache.get(bundle)


def _compile(bundle: Bundle) -> Specs:
    found: dict[str, Any] = {}
    for definition in bundle.definitions():
        found.update(specs_of(definition, bundle.parts))
    return Specs(found[bundle.root.key], found)


def specs_of(definition: Definition, parts: Mapping[str, Definition]) -> dict[str, Any]:
    """Parse one diagram into specs by name; `parts` says which process a called element stands for."""
    key = definition.key
    parsed = Parser().parse(xml.parse(definition.xml.encode()), key)
    found: dict[str, Any] = {}
    for name, spec in parsed.items():
        spec.definition_key = key
        spec.elements = definition.elements
        spec.name = key if name == key else f"{key}/{name}"
        found[spec.name] = spec
        for node in spec.task_specs.values():
            _finish(node, definition, parts)
    return found


def _finish(node: Any, definition: Definition, parts: Mapping[str, Definition]) -> None:
    """Bind a node to our element and to what it calls; from here on specs are never changed."""
    node.element = definition.elements.get(node.bpmn_id)
    node.telling = "" if node.element is None or isinstance(node, spiff.LoopTask) else "all"
    if isinstance(node, spiff.Join | spiff.BoundaryEvent) and node.telling:
        node.telling = "end only"
    if isinstance(node, spiff.CallActivity):
        node.spec = parts[node.spec].key
    elif isinstance(node, spiff.SubWorkflowTask | spiff.EventSubprocess | spiff.TransactionSubprocess):
        node.spec = f"{definition.key}/{node.spec}"
    if isinstance(node, InclusiveGateway):
        node.trace()
