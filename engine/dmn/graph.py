"""The requirement graph of a document: decisions, inputs, knowledge models and services by id."""

from collections.abc import Collection
from dataclasses import dataclass, field

from engine.dmn.boxed import Boxes
from engine.dmn.elements import Element, attribute, child, children, key_of, local_name
from engine.dmn.itemtypes import ItemType, ItemTypes, is_function
from engine.feel.scanning import normal_name
from engine.feel.state import Closure


@dataclass(slots=True)
class Decision:
    """A decision: its logic and what it requires, by id."""

    id: str
    name: str
    logic: Closure | None
    kind: ItemType | None
    requires: list[str]
    is_table: bool


@dataclass(slots=True)
class Knowledge:
    """A business knowledge model: a function by name."""

    id: str
    name: str
    function: Closure
    kind: ItemType | None


@dataclass(slots=True)
class InputData:
    """A value that the caller gives."""

    id: str
    name: str
    kind: ItemType | None


@dataclass(slots=True)
class DecisionService:
    """A part of the graph that can be called like a function."""

    id: str
    name: str
    outputs: list[str]
    inputs: list[str]
    given_decisions: list[str]


@dataclass(slots=True)
class Graph:
    """Everything of a document by id."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    inputs: dict[str, InputData] = field(default_factory=dict)
    services: dict[str, DecisionService] = field(default_factory=dict)
    namespace: str = ""
    imports: dict[str, "Graph"] = field(default_factory=dict)
    types: ItemTypes | None = None
    orders: dict[str, list[Decision]] = field(default_factory=dict)

    def order_of(self, wanted: Decision, decided: Collection[str] = ()) -> list[Decision]:
        """Return what is still to decide, required ones first; the graph has no cycle."""
        if decided:
            return self._in_order(wanted, decided)
        if wanted.id not in self.orders:
            self.orders[wanted.id] = self._in_order(wanted, ())
        return self.orders[wanted.id]

    def _in_order(self, wanted: Decision, decided: Collection[str]) -> list[Decision]:
        order: list[Decision] = []
        waiting: list[tuple[Decision, bool]] = [(wanted, False)]
        seen: set[str] = set()
        while waiting:
            decision, ready = waiting.pop()
            if ready:
                order.append(decision)
                continue
            if decision.id in seen or decision.id in decided:
                continue
            seen.add(decision.id)
            waiting.append((decision, True))
            required = (self.decisions.get(target) for target in reversed(decision.requires))
            waiting += [(target, False) for target in required if target is not None]
        return order

    def imported(self, target: str) -> "tuple[str, Graph, str] | None":
        """Return the import's name, its graph and the id there of a target `namespace#id`; None if it is one's own."""
        namespace, mark, element_id = target.rpartition("#")
        if not mark:
            return None
        found = ((name, graph) for name, graph in self.imports.items() if graph.namespace == namespace)
        name, graph = next(found, ("", None))
        return None if graph is None else (name, graph, element_id)

    def name_of(self, element_id: str) -> str:
        """Return the variable under which an input or a decision is seen."""
        found = self.inputs.get(element_id) or self.decisions.get(element_id)
        return found.name if found is not None else ""

    def kind_of(self, element_id: str) -> ItemType | None:
        """Return the type of an input or a decision."""
        found = self.inputs.get(element_id) or self.decisions.get(element_id)
        return found.kind if found is not None else None


def references(element: Element, *names: str) -> list[str]:
    """Return the ids that children with these names point to; of another document as `namespace#id`."""
    own = attribute(element.getroottree().getroot(), "namespace")
    found = []
    for child_element in children(element, *names):
        namespace, _, element_id = attribute(child_element, "href").rpartition("#")
        found.append(element_id if namespace in ("", own) else f"{namespace}#{element_id}")
    return found


def _name(element: Element) -> str:
    return normal_name(attribute(element, "name"))


def _kind(element: Element, boxes: Boxes) -> ItemType | None:
    variable = child(element, "variable")
    return boxes.types.of(variable) if variable is not None else None


def read_graph(definitions: Element, boxes: Boxes) -> Graph:
    """Compile all elements of the document."""
    graph = Graph()
    for element in children(
        definitions, "inputData", "decision", "businessKnowledgeModel", "decisionService"
    ):
        if not _name(element):
            boxes.work.problem(element, "dmn.no_name", "每个决策、输入和模型都要有名称；请填写")
            continue
        _READERS[local_name(element)](element, boxes, graph)
    return graph


def _read_input(element: Element, boxes: Boxes, graph: Graph) -> None:
    made = InputData(key_of(element), _name(element), _kind(element, boxes))
    graph.inputs[made.id] = made


def _read_decision(element: Element, boxes: Boxes, graph: Graph) -> None:
    requires = [
        target
        for requirement in children(element, "informationRequirement")
        for target in references(requirement, "requiredDecision", "requiredInput")
    ]
    made = Decision(
        key_of(element),
        _name(element),
        boxes.inside(element),
        _kind(element, boxes),
        requires,
        child(element, "decisionTable") is not None,
    )
    graph.decisions[made.id] = made


def _read_knowledge(element: Element, boxes: Boxes, graph: Graph) -> None:
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        boxes.work.problem(element, "dmn.no_expression", "业务知识模型没有内容；请补充 encapsulatedLogic")
        return
    kind = _kind(element, boxes)
    result = None if kind is None else kind.returns if is_function(kind) else kind
    made = Knowledge(key_of(element), _name(element), boxes.function(logic, result), kind)
    graph.knowledge[made.id] = made


def _read_service(element: Element, boxes: Boxes, graph: Graph) -> None:
    made = DecisionService(
        key_of(element),
        _name(element),
        references(element, "outputDecision"),
        references(element, "inputData"),
        references(element, "inputDecision"),
    )
    graph.services[made.id] = made


_READERS = {
    "inputData": _read_input,
    "decision": _read_decision,
    "businessKnowledgeModel": _read_knowledge,
    "decisionService": _read_service,
}
