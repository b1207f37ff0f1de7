"""The machine of random diagrams, with an instance that goes over to another version after every step."""

import random
from dataclasses import replace

from hypothesis.stateful import invariant

from engine.bpmn.fates import Crossing
from tests.unit.bpmn.machine import Machine
from tests.unit.bpmn.playing import Play


def cross(play: Play) -> None:
    """Go over to the same diagrams under another name; the image must stay the same but for that name."""
    run, before = play.restore(), play.image
    other = replace(play.bundle, hash=f"{play.bundle.hash[:60]}{random.getrandbits(32):08x}")
    carried, fates = run.carried(other, Crossing())
    assert {fate.kind for fate in fates} <= {"kept"}
    assert carried.image() == before.replace(play.bundle.hash, other.hash)
    play.bundle = other
    play.keep(carried)


class Carried(Machine):
    """The machine of the plain model, with an instance that is carried over after every step."""

    @invariant()
    def they_agree(self) -> None:
        if hasattr(self, "model") and self.model.live is not None:
            cross(self.play)
        super().they_agree()
