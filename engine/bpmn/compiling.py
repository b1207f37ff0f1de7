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


_cache: OrderedDict[str, Specs] = OrderedDict()
_lock = Lock()


def compiled(bundle: Bundle) -> Specs:
    """Return the specs of a bundle, from the cache if its hash is known. Raises BundleIncomplete."""
    with _lock:
        found = _cache.get(bundle.hash)
        if found is not None:
            _cache.move_to_end(bundle.hash)
            return found
    specs = _compile(bundle)
    with _lock:
        _cache[bundle.hash] = specs
        if len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return specs


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
