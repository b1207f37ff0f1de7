"""No hostile expression reaches Python, files or the network, runs longer than 50 ms or takes more than 50 MB."""

import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from engine.dmn.reading import read
from engine.feel import compiling
from engine.feel.compiling import compile_expression, compile_unary_tests
from engine.feel.limits import DEFAULT
from tests.unit.hostile.bounds import attempt, too_large, too_slow
from tests.unit.hostile.corpus import ALL

_FORBIDDEN = ("open", "exec", "compile", "import", "os.system", "subprocess.Popen", "socket.connect")
_NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
_heard: list[str] = []
_listening = threading.local()


class Thing:
    """An object that has no business in a context."""

    secret = "geheim"


CONTEXT: dict[str, Any] = {"x": "text", "d": timedelta(days=1), "obj": Thing()}


def _listen(name: str, arguments: tuple[Any, ...]) -> None:
    if getattr(_listening, "on", False) and name in _FORBIDDEN:
        _heard.append(f"{name} {arguments!r}"[:200])


sys.addaudithook(_listen)


def plain(source: str) -> None:
    compiling._new_expression(source, frozenset(), DEFAULT).evaluate(CONTEXT)


def cell(source: str) -> None:
    compiling._new_tests(source, frozenset(), DEFAULT).test(1, CONTEXT)


def decision(source: str, place: str) -> None:
    texts = {"input": "x", "condition": "-", "result": "1"} | {place: source}
    texts = {key: _escaped(text) for key, text in texts.items()}
    xml = (
        f'<definitions xmlns="{_NAMESPACE}" id="doc" name="doc"><decision id="d" name="d"><decisionTable>'
        f"<input><inputExpression><text>{texts['input']}</text></inputExpression></input><output name='o'/>"
        f"<rule><inputEntry><text>{texts['condition']}</text></inputEntry>"
        f"<outputEntry><text>{texts['result']}</text></outputEntry></rule></decisionTable></decision></definitions>"
    )
    read(xml.encode("utf-8", "replace")).decide("d", CONTEXT)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\x00", " ")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    compile_expression('matches("a", "a")').evaluate({})
    compile_unary_tests("> 1").test(1, {})
    decision("1", "result")


def test_the_corpus_is_large() -> None:
    assert len(ALL) >= 250


@pytest.mark.parametrize("run", [plain, cell], ids=["plain", "cell"])
def test_none_runs_longer_than_fifty_milliseconds(run: Callable[[str], None]) -> None:
    assert too_slow(run, ALL) == []


@pytest.mark.parametrize("run", [plain, cell], ids=["plain", "cell"])
def test_none_opens_imports_or_executes_anything(run: Callable[[str], None]) -> None:
    for source in ALL:
        attempt(run, source)  # time zones are read from their files once
    _heard.clear()
    _listening.on = True
    try:
        for source in ALL:
            attempt(run, source)
    finally:
        _listening.on = False

    assert _heard == []


@pytest.mark.slow
@pytest.mark.parametrize("run", [plain, cell], ids=["plain", "cell"])
def test_none_takes_more_than_fifty_megabytes(run: Callable[[str], None]) -> None:
    assert too_large(run, ALL) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["input", "condition", "result"])
def test_no_place_of_a_decision_table_lets_one_through(place: str) -> None:
    run = partial(decision, place=place)

    assert too_slow(run, ALL) == []
    assert too_large(run, ALL) == []
