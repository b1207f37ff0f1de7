"""The geometry of a BPMN diagram: its boxes, lines and labels, and what a reader would stumble over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
CANVAS_WIDTH, CANVAS_HEIGHT = 1600, 900
NODE_KINDS = ("Event", "Task", "task", "Gateway", "callActivity", "subProcess")

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An upright rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box") -> bool:
        """Tell whether `other` lies inside, edges included."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def overlaps(self, other: "Box") -> bool:
        """Tell whether the two share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def touches(self, point: Point) -> bool:
        """Tell whether the point lies on the border."""
        x, y = point
        inside = self.left <= x <= self.right and self.top <= y <= self.bottom
        return inside and (x in (self.left, self.right) or y in (self.top, self.bottom))

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


CANVAS = Box(0, 0, CANVAS_WIDTH, CANVAS_HEIGHT)


@dataclass(frozen=True)
class Line:
    """A sequence flow as drawn."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]

    def segments(self) -> Iterator[tuple[Point, Point]]:
        """Yield its straight pieces from source to target."""
        return pairwise(self.points)


@dataclass
class Diagram:
    """One file as drawn.

    parents: the embedded subprocess a node stands in; lanes: the lane it is assigned to.
    hosts: the task whose border an event sits on.
    names: the name shown for an element; labels: bounds of labels by element.
    """

    pools: list[str] = field(default_factory=list)
    lane_ids: list[str] = field(default_factory=list)
    nodes: dict[str, str] = field(default_factory=dict)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def around(self, node: str) -> Iterator[str]:
        """Yield the subprocesses a node or flow stands in, innermost first."""
        while (node := self.parents.get(node, "")) != "":
            yield node


def read(path: Path) -> Diagram:
    """Read the model and its drawing from a BPMN file."""
    root = etree.parse(str(path)).getroot()
    diagram = Diagram()
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(BPMN) and element.get("id"):
            _add_element(diagram, element, element.tag.removeprefix(BPMN))
    for shape in root.iter(DI + "BPMNShape"):
        diagram.boxes[shape.get("bpmnElement", "")] = _box(shape.find(BOUNDS))
        _add_label(diagram, shape)
    for edge in root.iter(DI + "BPMNEdge"):
        flow = edge.get("bpmnElement", "")
        points = tuple((float(p.get("x", "nan")), float(p.get("y", "nan"))) for p in edge.iter(WAYPOINT))
        diagram.lines[flow] = Line(flow, *diagram.flows.get(flow, ("", "")), points)
        _add_label(diagram, edge)
    return diagram


def _add_element(diagram: Diagram, element: "etree._Element", kind: str) -> None:
    key = element.get("id", "")
    if element.get("name"):
        diagram.names[key] = element.get("name", "")
    if kind == "participant":
        diagram.pools.append(key)
    elif kind == "lane":
        diagram.lane_ids.append(key)
        diagram.lanes.update({ref.text or "": key for ref in element.iter(BPMN + "flowNodeRef")})
    elif kind == "sequenceFlow":
        diagram.flows[key] = element.get("sourceRef", ""), element.get("targetRef", "")
    elif kind.endswith(NODE_KINDS):
        diagram.nodes[key] = kind
        diagram.hosts[key] = element.get("attachedToRef", "")
    parent = element.getparent()
    if parent is not None and parent.tag == BPMN + "subProcess":
        diagram.parents[key] = parent.get("id", "")


def _box(bounds: "etree._Element | None") -> Box:
    if bounds is None:
        raise ValueError("expected dc:Bounds inside a shape, found none")
    x, y, width, height = (float(bounds.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


def _add_label(diagram: Diagram, drawn: "etree._Element") -> None:
    bounds = drawn.find(f"{DI}BPMNLabel/{BOUNDS}")
    if bounds is not None:
        diagram.labels[drawn.get("bpmnElement", "")] = _box(bounds)


def span(segment: tuple[Point, Point]) -> Box:
    """Return the (flat) box of an upright segment."""
    (x1, y1), (x2, y2) = segment
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def meet(one: tuple[Point, Point], two: tuple[Point, Point]) -> Box | None:
    """Return what two upright segments share, as a flat box; None if nothing."""
    a, b = span(one), span(two)
    left, right = max(a.left, b.left), min(a.right, b.right)
    top, bottom = max(a.top, b.top), min(a.bottom, b.bottom)
    return Box(left, top, right, bottom) if left <= right and top <= bottom else None


def runs_through(segment: tuple[Point, Point], box: Box) -> bool:
    """Tell whether a segment has a point strictly inside a box."""
    line = span(segment)
    return line.left < box.right and line.right > box.left and line.top < box.bottom and line.bottom > box.top


def common_way(one: Line, two: Line) -> bool:
    """Tell whether two lines may run together: they leave one node together, or arrive at one together."""
    leaves = one.source == two.source and one.points[0] == two.points[0]
    arrives = one.target == two.target and one.points[-1] == two.points[-1]
    return leaves or arrives


def crossings(diagram: Diagram) -> list[str]:
    """Return where lines cross or touch, other than a fork that leaves or a join that arrives at one point."""
    found = []
    for one, two in combinations(diagram.lines.values(), 2):
        together = common_way(one, two)
        for first in one.segments():
            for second in two.segments():
                shared = meet(first, second)
                if shared is not None and not (together and not _is_cross(first, second)):
                    found.append(f"{one.id} × {two.id} at {shared.left:g},{shared.top:g}")
    return found


def _is_cross(one: tuple[Point, Point], two: tuple[Point, Point]) -> bool:
    a, b = span(one), span(two)
    upright = (a, b) if a.left == a.right else (b, a)
    if upright[0].left != upright[0].right or upright[1].top != upright[1].bottom:
        return False
    vertical, level = upright
    return level.left < vertical.left < level.right and vertical.top < level.top < vertical.bottom
