"""A broken or hostile file is refused with place and remedy; checking never raises."""

import random

import pytest

from engine.bpmn.definition import DefinitionRejected, check, read
from tests.unit.bpmn.test_expressions_only_feel import EVERYTHING
from tests.unit.bpmn.test_joins_and_loops import RETURN_LOOP

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process id="&b;"/></bpmn:definitions>'
)
OUTSIDE = BOMB.replace(b'"aaaaaaaaaa"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"\x00\xff\xfe",
        b"<a>",
        b"<a/>",
        BOMB,
        OUTSIDE,
        BOMB.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="GBK"?><a>\xff\xff</a>',
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        b"<a>" * 5000 + b"</a>" * 5000,
        b'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"><bpmn:process/></bpmn:definitions>',
    ],
    ids=range(12),
)
def test_a_file_that_is_no_diagram_is_refused(data: bytes) -> None:
    problems = check(data)

    assert [problem.severity for problem in problems].count("error") >= 1
    assert all("/etc/passwd" not in problem.text and "root:" not in problem.text for problem in problems)
    with pytest.raises(DefinitionRejected):
        read(data)


def test_entities_are_never_expanded() -> None:
    assert [problem.code for problem in check(BOMB)] == ["xml.doctype"]


def test_an_unprefixed_diagram_is_as_good() -> None:
    plain = RETURN_LOOP.replace(b"bpmn:", b"").replace(b"xmlns:bpmn", b"xmlns")

    assert read(plain.replace(b"xmlns:bpmn=", b"xmlns=")).key == "loop"


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, double, swap or garble a few pieces."""
    text = data.decode()
    pieces = text.replace("><", ">\n<").split("\n")
    for _ in range(chance.randint(1, 4)):
        spot, other = chance.randrange(1, len(pieces)), chance.randrange(1, len(pieces))
        match chance.randrange(5):
            case 0:
                del pieces[spot]
            case 1:
                pieces.insert(spot, pieces[other])
            case 2:
                pieces[spot], pieces[other] = pieces[other], pieces[spot]
            case 3:
                pieces[spot] = (
                    pieces[spot].replace('"', "", 1)
                    if chance.random() < 0.2
                    else pieces[spot].replace("a", "b")
                )
            case _:
                word = chance.choice(
                    ["userTask", "subProcess", "endEvent", "parallelGateway", "lane", "process", "timeDate"]
                )
                pieces[spot] = (
                    pieces[spot]
                    .replace("serviceTask", word)
                    .replace("startEvent", word)
                    .replace("flow", word)
                )
    return "".join(pieces).encode()


@pytest.mark.parametrize("seed", range(120))
def test_checking_a_garbled_diagram_never_raises(seed: int) -> None:
    chance = random.Random(seed)

    for data in (EVERYTHING, RETURN_LOOP):
        problems = check(mutated(data, chance))
        assert all(problem.text and problem.code for problem in problems)
