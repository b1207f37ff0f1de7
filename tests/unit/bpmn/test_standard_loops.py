"""Standard loops."""

from tests.unit.bpmn.diagrams import again, chain, diagram, ends, user
from tests.unit.bpmn.playing import Play


def test_a_standard_loop_repeats_while_its_condition_holds() -> None:
    xml = diagram("std", ends(), user("a", loop=again("open = true", most=4)), chain("s", "a", "e"))
    play = Play(xml, {"open": True})
    play.complete("a")
    assert play.open == ["a"]

    play.complete("a", open=False)
    assert play.finished

    play = Play(xml, {"open": True})
    for _ in range(4):
        play.complete("a")
    assert play.finished


def test_a_standard_loop_may_test_first() -> None:
    xml = diagram("std0", ends(), user("a", loop=again("open = true", before=True)), chain("s", "a", "e"))

    assert Play(xml, {"open": False}).finished
    assert Play(xml, {"open": True}).open == ["a"]
