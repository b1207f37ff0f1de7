"""The same corpus in every place of a diagram and of a form: a typed error, a problem or a failed step, nothing else."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from forms.assessing import assess
from forms.reading import read
from tests.unit.bpmn.diagrams import (
    again,
    catch,
    chain,
    choice,
    diagram,
    end,
    ends,
    event,
    holds,
    many,
    messages,
    script,
    service,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.hostile.bounds import too_large, too_slow
from tests.unit.hostile.corpus import ALL

DATA = {"x": "text", "n": 1}


def line(part: str, root: str = "") -> bytes:
    return diagram("p", ends(), part, users("u"), chain("s", "a", "u", "e"), root=root)


PLACES: dict[str, Callable[[str], bytes]] = {
    "condition": lambda text: diagram(
        "p", ends(), choice("a", ("e", text), ("e2", None)), end("e2"), chain("s", "a")
    ),
    "timer": lambda text: line(catch("a", timer("duration", text))),
    "cycle": lambda text: line(catch("a", timer("date", text))),
    "conditional event": lambda text: line(catch("a", holds(text))),
    "script": lambda text: line(script("a", f"{{v: {text}}}")),
    "parameter": lambda text: line(service("a", parameters={"p": text})),
    "output": lambda text: line(service("a", outputs={"p": text})),
    "collection": lambda text: line(user("a", loop=many(text, "item"))),
    "loop condition": lambda text: line(service("a", loop=again(text, most=2))),
    "correlation": lambda text: line(catch("a", event("message", "m"), key=text), root=messages("m")),
}


FORM_PLACES = ["when", "required_when", "expression"]
# No XML file can hold the others.
WRITABLE = [
    source for source in ALL if not any(ord(letter) < 32 and letter not in "\t\n\r" for letter in source)
]


def in_diagram(source: str, place: str) -> None:
    play = Play(PLACES[place](source), DATA, hands=Hands(work=lambda arguments, data: {}))

    assert len(play.image) < 5_000_000, source[:80]


def in_form(source: str, place: str) -> None:
    field = {"name": "x", "type": "text", "label": "甲"}
    form = {"form": "hostile", "version": 1, "title": "表", "orientation": "portrait", "rules": []}
    fields = [field, {"name": "y", "type": "text", "label": "乙"}]
    if place == "when":
        form["rules"] = [{"id": "r", "severity": "error", "when": source, "path": "x", "text": "不行"}]
    elif place == "required_when":
        fields[1]["required_when"] = source
    else:
        fields[1] |= {"type": "computed", "expression": source}
    form["sections"] = [{"key": "k", "title": "节", "filled_by": "any", "fields": fields}]
    assess(read(json.dumps(form), "hostile"), {"x": "text"})


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_no_place_of_a_diagram_lets_a_hostile_expression_through(place: str) -> None:
    run = partial(in_diagram, place=place)

    assert too_slow(run, WRITABLE) == []
    assert too_large(run, WRITABLE) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", FORM_PLACES)
def test_no_rule_of_a_form_lets_a_hostile_expression_through(place: str) -> None:
    run = partial(in_form, place=place)
    run('x = "1"')

    assert too_slow(run, ALL) == []
    assert too_large(run, ALL) == []
