"""A return opens the task it leads to, also in a repeated activity that would not run now."""

from uuid import uuid4

import pytest

from engine.bpmn.failing import TargetRefused
from engine.bpmn.live import Place
from tests.unit.bpmn.blocks import Block, Writer
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


CHECK, REMINDER = Block("task", id="check"), Block("task", id="remind")
REMINDED = Block("guard", [CHECK, REMINDER], id="g", interrupting=False, seconds=60)
FILE, OTHER = Block("task", id="file"), Block("task", id="other")


def in_the_second_round(body: Block) -> Play:
    """Return a loop over `body` that has gone on to its second round while a reminder of the first is still open."""
    loop = Block("loop", [body], id="l")
    play = Play(Writer(Block("sub", [loop], id="root")).xml, constants={"d_l": 0, "d_x": 1})
    while "file" in play.open or "other" in play.open:
        play.complete(next(one for one in play.open if one != "check"))
    play.pass_days(1)
    assert play.open == ["check", "remind"]
    play.constants = {"d_l": 1, "d_x": 0}
    play.complete("check")
    return play


@pytest.mark.parametrize(
    ("body", "second", "left"),
    [
        (Block("seq", [FILE, REMINDED], id="q"), ["file", "remind"], ["check"]),
        (Block("xor", [OTHER, REMINDED], id="x"), ["other", "remind"], ["check"]),
        (
            Block("par", [Block("seq", [FILE, REMINDED], id="q"), OTHER], id="p"),
            ["file", "other", "remind"],
            ["check", "other"],
        ),
    ],
    ids=["before it", "another way", "beside it in a fork"],
)
def test_a_return_from_a_reminder_of_an_earlier_round_leaves_one_round_of_the_loop(
    body: Block, second: list[str], left: list[str]
) -> None:
    play = in_the_second_round(body)
    assert play.open == second

    play.take_back("remind", "check")

    assert play.open == left


def test_a_task_taken_back_leaves_one_round_of_the_loop_too() -> None:
    play = in_the_second_round(Block("seq", [FILE, REMINDED], id="q"))
    run = play.restore()
    key = run.user_tasks[0].definition_key

    gone = run.reopen(uuid4(), Place(key, "check"))

    play.keep(run)
    assert play.open == ["check"]
    assert {"file", "check"} <= gone
