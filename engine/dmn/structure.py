"""Checks over the whole document: ids, references, cycles, decisions without logic."""

from engine.dmn.compiling import Compilation
from engine.dmn.elements import Element, attribute, children, key_of, local_name
from engine.dmn.graph import Graph


def check_structure(root: Element, graph: Graph, work: Compilation) -> None:
    """Note every structural problem."""
    _unique_ids(root, work)
    if not graph.decisions:
        work.problem(root, "dmn.no_decision", "文件里没有决策；请至少画一个")
    elements = {key_of(element): element for element in children(root)}
    known = graph.decisions.keys() | graph.inputs.keys()
    for decision in graph.decisions.values():
        element = elements[decision.id]
        if decision.logic is None:
            work.problem(
                element, "dmn.no_logic", f"决策“{decision.name}”没有决策表或表达式，结果为 null", "warning"
            )
        for target in decision.requires:
            if target not in known and not _is_imported(graph, target):
                work.problem(
                    element, "dmn.no_requirement", f"决策“{decision.name}”引用的 {target} 不存在；请删除连线"
                )
    for service in graph.services.values():
        for target in (*service.outputs, *service.inputs, *service.given_decisions):
            if target not in known and not _is_imported(graph, target):
                work.problem(elements[service.id], "dmn.no_requirement", f"决策服务引用的 {target} 不存在")
    for cycle in cycles({decision.id: decision.requires for decision in graph.decisions.values()}):
        work.problem(elements[cycle], "dmn.cycle", "决策之间循环引用；请去掉其中一条连线")
    _unique_names(graph, elements, work)


def _is_imported(graph: Graph, target: str) -> bool:
    found = graph.imported(target)
    return found is not None and (found[2] in found[1].decisions or found[2] in found[1].inputs)


def _unique_ids(root: Element, work: Compilation) -> None:
    seen: set[str] = set()
    for element in root.iter():
        name = attribute(element, "id")
        if name and local_name(element) and name in seen:
            work.problem(element, "dmn.duplicate_id", f"id“{name}”出现了多次；请改名")
        if name and local_name(element):
            seen.add(name)


def _unique_names(graph: Graph, elements: dict[str, Element], work: Compilation) -> None:
    seen: set[str] = set()
    drawn = [(found.id, found.name) for found in graph.inputs.values()]
    drawn += [(found.id, found.name) for found in graph.decisions.values()]
    drawn += [(found.id, found.name) for found in graph.knowledge.values()]
    for key, name in drawn:
        if name in seen:
            work.problem(elements[key], "dmn.duplicate_name", f"名称“{name}”出现了多次；请改名")
        seen.add(name)


def cycles(requires: dict[str, list[str]]) -> list[str]:
    """Return the members of every cycle, found by taking away what depends on nothing any more."""
    left = {name: {target for target in targets if target in requires} for name, targets in requires.items()}
    while free := [name for name, targets in left.items() if not targets]:
        for name in free:
            del left[name]
        for targets in left.values():
            targets.difference_update(free)
    return sorted(left)
