"""A return opens the task it leads to, also in a repeated activity that would not run now."""

import pytest

from engine.bpmn.failing import TargetRefused
from tests.unit.bpmn.diagrams import (
    again,
    boundary,
    chain,
    diagram,
    end,
    ends,
    event,
    many,
    signals,
    start,
    sub,
    user,
    users,
)
from tests.unit.bpmn.playing import Play

LOOP = again("more = true", before=True)
BOX = sub("box", start("bs"), users("a"), end("be"), chain("bs", "a", "be"), loop=LOOP)
BORDER = boundary("at", "box", event("signal", "g")) + chain("at", "e")


@pytest.mark.parametrize(
    "body", [user("a", loop=LOOP), BOX, BOX + BORDER], ids=["task", "subprocess", "with a border"]
)
def test_a_loop_that_asks_first_runs_once_after_a_return_into_it(body: str) -> None:
    name = "box" if "box" in body else "a"
    play = Play(
        diagram("back", ends(), body, users("z"), chain("s", name, "z", "e"), root=signals("g")),
        {"more": True},
    )
    play.complete("a", more=False)

    play.take_back("z", "a")

    assert play.open == ["a"]
    play.complete("a")
    assert play.open == ["z"]


def test_a_return_to_what_is_done_for_each_of_nothing_is_refused() -> None:
    body = user("a", loop=many("items", "item"))
    play = Play(diagram("nobody", ends(), body, users("z"), chain("s", "a", "z", "e")), {"items": [1]})
    play.complete("a", items=[])
    run = play.restore()

    with pytest.raises(TargetRefused, match="清单现在是空的"):
        run.return_to(run.user_tasks[0].id, "nobody", "a")
