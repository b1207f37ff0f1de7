"""Read a DMN document into decisions, or refuse it with every problem found."""

from engine.dmn.boxed import Boxes
from engine.dmn.compiling import Compilation
from engine.dmn.decisions import Decisions
from engine.dmn.elements import NAMESPACES, Element, attribute
from engine.dmn.graph import read_graph
from engine.dmn.itemtypes import ItemTypes
from engine.dmn.structure import check_structure
from engine.errors import InvalidInput
from engine.feel.scanning import normal_name
from engine.problems import Problem, errors
from engine.xml import XmlRejected, parse

_NAMED = (
    "inputData",
    "decision",
    "businessKnowledgeModel",
    "decisionService",
    "itemDefinition",
    "itemComponent",
)


class DecisionRejected(InvalidInput):
    """The document has errors; `problems` lists them all."""

    code = "dmn.rejected"

    def __init__(self, problems: list[Problem]) -> None:
        first = errors(problems)[0]
        more = f"（共 {len(errors(problems))} 处）" if len(errors(problems)) > 1 else ""
        super().__init__(f"决策文件有错误：{first.element_id} {first.text}{more}；请修改后重新发布")
        self.problems = problems


def read(xml: bytes) -> Decisions:
    """Return the decisions of a document. Raises DecisionRejected with every problem found."""
    decisions, problems = compiled(xml)
    if decisions is None or errors(problems):
        raise DecisionRejected(problems)
    return decisions


def compiled(xml: bytes) -> tuple[Decisions | None, list[Problem]]:
    """Return what could be compiled, and every problem; what could not be compiled decides null."""
    try:
        root = parse(xml)
    except XmlRejected as error:
        return None, [Problem("-", "error", error.code, error.text)]
    if root.tag not in {f"{{{namespace}}}definitions" for namespace in NAMESPACES}:
        text = f"期望 DMN 1.3、1.4 或 1.5 的 definitions，实际根元素是 {root.tag}；请用建模工具导出为 DMN 1.3 以上"
        return None, [Problem("-", "error", "dmn.namespace", text)]
    work = Compilation(_names(root))
    types = ItemTypes(root, work)
    graph = read_graph(root, Boxes(work, types))
    check_structure(root, graph, work)
    return Decisions(attribute(root, "id"), attribute(root, "name"), graph), work.problems


def _names(root: Element) -> frozenset[str]:
    """Return the names in the document that are no plain words, for the parser of expressions."""
    found: set[str] = set()
    for element in root.iter("{*}variable", "{*}formalParameter", "{*}column", "{*}output", "{*}parameter"):
        found.add(normal_name(attribute(element, "name")))
    for kind in _NAMED:
        found.update(normal_name(attribute(element, "name")) for element in root.iter(f"{{*}}{kind}"))
    for element in root.iter("{*}for", "{*}some", "{*}every"):
        found.add(normal_name(attribute(element, "iteratorVariable")))
    return frozenset(name for name in found if name and not name.isidentifier())
