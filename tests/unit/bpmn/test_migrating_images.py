"""Images of older versions are read through named functions, one per version."""

import json

import pytest

from engine.bpmn import migration
from engine.bpmn.failing import ImageRejected
from engine.bpmn.migration import Body, Migration, current
from tests.unit.bpmn.diagrams import chain, diagram, ends, users
from tests.unit.bpmn.playing import Play


def name_the_state(body: Body) -> Body:
    """A made-up version 0 said `done: true` instead of a state."""
    rest = {name: value for name, value in body.items() if name != "done"}
    return {**rest, "state": "finished" if body["done"] else "running"}


def test_an_old_body_goes_through_every_version_in_turn() -> None:
    steps: dict[int, Migration] = {
        1: lambda body: {**body, "one": True},
        2: lambda body: {**body, "two": body["one"]},
    }

    assert current({"v": 1}, steps, 3) == {"v": 3, "one": True, "two": True}
    assert current({"v": 3}, steps, 3) == {"v": 3}


def test_an_image_of_a_made_up_older_version_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(diagram("p", ends(), users("a", "b"), chain("s", "a", "b", "e")))
    body: Body = json.loads(play.image)
    old = {name: value for name, value in body.items() if name != "state"} | {"v": 0, "done": False}
    play.image = json.dumps(old)
    with pytest.raises(ImageRejected, match="第 0 版"):
        play.restore()

    monkeypatch.setattr(
        migration.current, "__defaults__", ({0: name_the_state, **migration.STEPS}, migration.VERSION)
    )
    play.complete("a")

    assert play.open == ["b"]
    assert json.loads(play.image)["v"] == migration.VERSION


@pytest.mark.parametrize("body", [{"v": 99}, {"v": "1"}, {}, [], None])
def test_an_image_of_a_newer_program_is_refused(body: object) -> None:
    with pytest.raises(ImageRejected, match="升级程序"):
        current(body)


def test_a_function_leads_to_every_version_that_was_ever_released() -> None:
    assert set(migration.STEPS) == set(range(1, migration.VERSION))
