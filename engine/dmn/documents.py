"""Documents and what they import: each compiled once, its elements seen under the name of the import.

A decision of another document is known by `namespace#id`; expressions see it as `Import Name.Decision Name`.
Source: DMN 1.5 §6.3.3, import.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.dmn.boxed import Boxes
from engine.dmn.compiling import Compilation
from engine.dmn.elements import NAMESPACES, Element, attribute, children, place
from engine.dmn.graph import Graph, read_graph
from engine.dmn.itemtypes import ItemTypes
from engine.dmn.structure import check_structure
from engine.feel.scanning import normal_name
from engine.problems import Problem
from engine.xml import XmlRejected, parse

_NAMED = (
    "inputData",
    "decision",
    "businessKnowledgeModel",
    "decisionService",
    "itemDefinition",
    "itemComponent",
    "import",
)
_DEEPEST = 10


class Shelf:
    """Documents that may be imported, by namespace; each is compiled the first time it is asked for."""

    def __init__(self, documents: Iterable[bytes]) -> None:
        self._roots: dict[str, Element] = {}
        self._compiled: dict[str, tuple[Graph, Compilation]] = {}
        for xml in documents:
            try:
                root = parse(xml)
            except XmlRejected:
                continue
            self._roots[attribute(root, "namespace")] = root

    def get(self, namespace: str, path: tuple[str, ...]) -> tuple[Graph, Compilation] | None:
        """Return a document of this namespace; None if there is none."""
        if namespace not in self._compiled:
            if namespace not in self._roots:
                return None
            self._compiled[namespace] = compile_document(self._roots[namespace], self, path)
        return self._compiled[namespace]


@dataclass(frozen=True, slots=True)
class Naming:
    """Under which namespace a document can be imported, and which it imports itself."""

    namespace: str
    imports: tuple[str, ...]


def naming(xml: bytes) -> Naming:
    """Read the namespaces of a document; none of what is no document."""
    try:
        root = parse(xml)
    except XmlRejected:
        return Naming("", ())
    wanted = (attribute(element, "namespace") for element in children(root, "import"))
    return Naming(attribute(root, "namespace"), tuple(dict.fromkeys(wanted)))


def compile_document(root: Element, shelf: Shelf, path: tuple[str, ...]) -> tuple[Graph, Compilation]:
    """Compile a document after those it imports. path: the namespaces that led here, against circles."""
    namespace = attribute(root, "namespace")
    own = spoken(root)
    work = Compilation(own)
    imported: dict[str, Graph] = {}
    for element in children(root, "import"):
        if attribute(element, "importType") not in ("", *NAMESPACES):
            work.problem(element, "dmn.import_kind", "只能导入 DMN 决策文件，这里导入的是别的类型；请删去")
            continue
        wanted, name = attribute(element, "namespace"), normal_name(attribute(element, "name"))
        if wanted in (*path, namespace) or len(path) >= _DEEPEST:
            work.problem(element, "dmn.import_cycle", f"导入“{name}”时绕回了自己；请去掉其中一处导入")
            continue
        found = shelf.get(wanted, (*path, namespace))
        if found is None:
            work.problem(
                element, "dmn.import_missing", f"找不到要导入的决策文件“{name}”（{wanted}）；请先发布它"
            )
            continue
        graph, other = found
        own |= other.names
        imported[name] = graph
        work.problems += [
            Problem(place(element), problem.severity, problem.code, f"导入的“{name}”：{problem.text}")
            for problem in other.problems
        ]
    work.names = own
    types = ItemTypes(root, work, {name: graph.types for name, graph in imported.items() if graph.types})
    made = read_graph(root, Boxes(work, types))
    made.namespace, made.imports, made.types = namespace, imported, types
    check_structure(root, made, work)
    return made, work


def spoken(root: Element) -> frozenset[str]:
    """Return the names in the document that are no plain words, for the parser of expressions."""
    found: set[str] = set()
    for element in root.iter("{*}variable", "{*}formalParameter", "{*}column", "{*}output", "{*}parameter"):
        found.add(normal_name(attribute(element, "name")))
    for kind in _NAMED:
        found.update(normal_name(attribute(element, "name")) for element in root.iter(f"{{*}}{kind}"))
    for element in root.iter("{*}for", "{*}some", "{*}every"):
        found.add(normal_name(attribute(element, "iteratorVariable")))
    return frozenset(name for name in found if name and not name.isidentifier())
