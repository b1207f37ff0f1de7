"""When a command of the plain model is over: nothing climbs any more, and no condition has become true."""

from tests.unit.bpmn.plain_model import Live, Model
from tests.unit.bpmn.plain_throwing import throw


def settle(model: Model) -> None:
    """Let what is thrown climb and what has become true happen, until nothing moves."""
    throw(model)
    while became := _became_true(model):
        for one in became:
            if one in model.all():
                one.held = True
                model.hear(one)
        throw(model)


def _became_true(model: Model) -> list[Live]:
    """Return the events whose condition holds and has not held since they happened."""
    found = []
    for one in model.conditions():
        holds = model.choices[f"d_{one.block.id}"] == 1
        if holds and not one.held:
            found.append(one)
        one.held = one.held and holds
    return found
