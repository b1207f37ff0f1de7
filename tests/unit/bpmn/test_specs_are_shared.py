"""Specs are made once per bundle, complete before anything runs, and shared by threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.bpmn import compiling
from tests.unit.bpmn.diagrams import chain, diagram, end, ends, event, many, signals, start, sub, user, users
from tests.unit.bpmn.playing import Play, bundle

BUSY = diagram(
    "busy",
    ends(),
    user("a", loop=many("[1, 2, 3]", "n", results="all", each="n")),
    sub(
        "alarm",
        start("as", event("signal", "ring"), interrupting=False),
        users("h"),
        end("ae"),
        chain("as", "h", "ae"),
        event=True,
    ),
    chain("s", "a", "e"),
    root=signals("ring"),
)


def shape(specs: Any) -> list[Any]:
    """Describe everything of a spec that a run could change."""
    return [
        (name, node.name, tuple(node._inputs), tuple(node._outputs), node.completed_event.n_subscribers())
        for name, spec in sorted(specs.all.items())
        for node in spec.task_specs.values()
    ]


def play_through(_: int) -> list[Any]:
    play = Play(BUSY)
    for _ in range(3):
        play.complete("a")
    assert play.finished
    return list(play.data["all"])


def test_specs_of_a_bundle_are_made_once() -> None:
    found = bundle(BUSY)

    assert compiling.compiled(found) is compiling.compiled(found)


def test_running_instances_never_changes_the_specs() -> None:
    specs = compiling.compiled(bundle(BUSY))
    before = shape(specs)

    play_through(0)

    assert shape(specs) == before


def test_many_threads_share_one_spec() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(play_through, range(40)))

    assert results == [[1, 2, 3]] * 40


def test_the_cache_of_specs_stays_bounded() -> None:
    cache = compiling.SpecCache(3)
    bundles = [bundle(diagram(f"p{number}", ends(), chain("s", "e"))) for number in range(5)]

    for one in bundles:
        cache.get(one)

    assert len(cache) == 3
    last = cache.get(bundles[-1])
    assert cache.get(bundles[-1]) is last
