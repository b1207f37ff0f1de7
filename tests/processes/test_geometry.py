"""Every factory diagram is drawn so that a person can read it on one screen."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from tests.processes.geometry import CANVAS, Diagram, crossings, read, runs_through, span

PROCESSES = sorted((Path(__file__).parents[2] / "workflows" / "processes").glob("*.bpmn"))


@pytest.fixture(params=PROCESSES, ids=lambda path: path.stem, scope="module")
def diagram(request: pytest.FixtureRequest) -> Diagram:
    """Each diagram in turn."""
    return read(request.param)


def test_there_are_diagrams_to_look_at() -> None:
    assert len(PROCESSES) >= 24


def test_every_node_and_flow_is_drawn_once_and_nothing_else(diagram: Diagram) -> None:
    shapes = set(diagram.nodes) | set(diagram.pools) | set(diagram.lane_ids)

    assert set(diagram.boxes) == shapes
    assert set(diagram.lines) == set(diagram.flows)


def test_a_diagram_is_one_pool_that_its_lanes_fill(diagram: Diagram) -> None:
    (pool_id,) = diagram.pools
    pool = diagram.boxes[pool_id]
    lanes = sorted((diagram.boxes[lane] for lane in diagram.lane_ids), key=lambda box: box.top)

    edges = [pool.top, *(box.bottom for box in lanes)]
    assert [box.top for box in lanes] == edges[:-1]
    assert edges[-1] == pool.bottom
    assert {(box.left, box.right) for box in lanes} == {(pool.left + 30, pool.right)}


def test_every_node_stands_inside_its_lane_or_subprocess(diagram: Diagram) -> None:
    homes = {node: diagram.parents.get(node) or diagram.lanes.get(node, "") for node in diagram.nodes}

    astray = [node for node, home in homes.items() if not diagram.boxes[home].holds(diagram.boxes[node])]
    assert astray == []


def test_everything_fits_on_one_screen(diagram: Diagram) -> None:
    drawn = [*diagram.boxes.items(), *diagram.labels.items()]
    drawn += [(line.id, span(piece)) for line in diagram.lines.values() for piece in line.segments()]

    assert [key for key, box in drawn if not CANVAS.holds(box)] == []


def test_no_two_nodes_overlap(diagram: Diagram) -> None:
    clashes = [
        (one, two)
        for one, two in combinations(diagram.nodes, 2)
        if one not in diagram.around(two) and two not in diagram.around(one)
        if two != diagram.hosts[one] and one != diagram.hosts[two]
        if diagram.boxes[one].overlaps(diagram.boxes[two])
    ]

    assert clashes == []


def test_lines_run_upright_and_never_back_on_themselves(diagram: Diagram) -> None:
    slanted = [
        line.id
        for line in diagram.lines.values()
        for (x1, y1), (x2, y2) in line.segments()
        if (x1 == x2) == (y1 == y2)
    ]

    assert slanted == []


def test_lines_start_and_end_on_the_borders_of_their_nodes(diagram: Diagram) -> None:
    loose = [
        line.id
        for line in diagram.lines.values()
        if not diagram.boxes[line.source].touches(line.points[0])
        or not diagram.boxes[line.target].touches(line.points[-1])
    ]

    assert loose == []


def test_lines_meet_gateways_and_events_at_their_tips(diagram: Diagram) -> None:
    off = [
        line.id
        for line in diagram.lines.values()
        for node, (x, y) in ((line.source, line.points[0]), (line.target, line.points[-1]))
        if diagram.nodes[node].endswith(("Gateway", "Event"))
        if x != diagram.boxes[node].centre[0] and y != diagram.boxes[node].centre[1]
    ]

    assert off == []


def test_no_line_crosses_another(diagram: Diagram) -> None:
    assert crossings(diagram) == []


def test_no_line_runs_through_a_node(diagram: Diagram) -> None:
    through = [
        (line.id, node)
        for line in diagram.lines.values()
        for node in set(diagram.nodes) - set(diagram.around(line.id))
        if any(runs_through(piece, diagram.boxes[node]) for piece in line.segments())
    ]

    assert through == []


def test_labels_cover_neither_nodes_nor_lines_nor_each_other(diagram: Diagram) -> None:
    covered: list[tuple[str, str]] = []
    for key, label in diagram.labels.items():
        inside = set(diagram.around(key))
        covered += [
            (key, node) for node in set(diagram.nodes) - inside if label.overlaps(diagram.boxes[node])
        ]
        covered += [
            (key, line.id)
            for line in diagram.lines.values()
            if any(runs_through(piece, label) for piece in line.segments())
        ]
    covered += [
        (one, two)
        for one, two in combinations(diagram.labels, 2)
        if diagram.labels[one].overlaps(diagram.labels[two])
    ]

    assert covered == []


def test_labels_stay_inside_one_lane(diagram: Diagram) -> None:
    lanes = [diagram.boxes[lane] for lane in diagram.lane_ids]

    assert [
        key for key, label in diagram.labels.items() if not any(lane.holds(label) for lane in lanes)
    ] == []


def test_every_name_outside_a_shape_has_a_place_of_its_own(diagram: Diagram) -> None:
    outside = {key for key, kind in diagram.nodes.items() if kind.endswith(("Event", "Gateway"))} | set(
        diagram.flows
    )

    assert {key for key in outside if key in diagram.names} == set(diagram.labels)


def test_the_reader_goes_from_left_to_right_except_on_returns(diagram: Diagram) -> None:
    starts = [diagram.boxes[key].left for key, kind in diagram.nodes.items() if kind == "startEvent"]
    backward = [
        line.id
        for line in diagram.lines.values()
        if diagram.boxes[line.target].right < diagram.boxes[line.source].left
        if not diagram.nodes[line.source].endswith("Gateway")
    ]

    assert min(starts) == min(diagram.boxes[key].left for key in diagram.nodes)
    assert backward == []


def test_no_name_in_a_diagram_is_given_twice(diagram: Diagram) -> None:
    tasks = [
        diagram.names.get(key, "") for key, kind in diagram.nodes.items() if not kind.endswith("Gateway")
    ]

    assert [name for name, count in Counter(tasks).items() if name and count > 1] == []
