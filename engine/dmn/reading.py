"""Read a DMN document into decisions, or refuse it with every problem found."""

from collections.abc import Iterable

from engine.dmn.decisions import Decisions
from engine.dmn.documents import Shelf, compile_document
from engine.dmn.elements import NAMESPACES, attribute
from engine.errors import InvalidInput
from engine.problems import Problem, errors
from engine.xml import XmlRejected, parse


class DecisionRejected(InvalidInput):
    """The document has errors; `problems` lists them all."""

    code = "dmn.rejected"

    def __init__(self, problems: list[Problem]) -> None:
        first = errors(problems)[0]
        more = f"（共 {len(errors(problems))} 处）" if len(errors(problems)) > 1 else ""
        super().__init__(f"决策文件有错误：{first.element_id} {first.text}{more}；请修改后重新发布")
        self.problems = problems


def read(xml: bytes, imports: Iterable[bytes] = ()) -> Decisions:
    """Return the decisions of a document. Raises DecisionRejected with every problem found.

    imports: documents that it may import, found by their namespace.
    """
    decisions, problems = compiled(xml, imports)
    if decisions is None or errors(problems):
        raise DecisionRejected(problems)
    return decisions


def compiled(xml: bytes, imports: Iterable[bytes] = ()) -> tuple[Decisions | None, list[Problem]]:
    """Return what could be compiled, and every problem; what could not be compiled decides null."""
    try:
        root = parse(xml)
    except XmlRejected as error:
        return None, [Problem("-", "error", error.code, error.text)]
    if root.tag not in {f"{{{namespace}}}definitions" for namespace in NAMESPACES}:
        text = f"期望 DMN 1.1 至 1.5 的 definitions，实际根元素是 {root.tag}；请用建模工具导出为 DMN 1.1 以上"
        return None, [Problem("-", "error", "dmn.namespace", text)]
    shelf = Shelf(imports)
    graph, work = compile_document(root, shelf, ())
    return Decisions(attribute(root, "id"), attribute(root, "name"), graph), work.problems
