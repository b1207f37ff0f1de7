"""No hostile expression reaches Python, files or the network, runs longer than 50 ms or takes more than 50 MB."""

import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from engine.dmn.reading import read
from engine.errors import BihuanError
from engine.feel import compiling
from engine.feel.compiling import compile_expression, compile_unary_tests
from engine.feel.limits import DEFAULT
from tests.unit.hostile.corpus import ALL

_CPU_SECONDS = 0.05
_BYTES = 50_000_000
_ATTEMPTS = 10  # the best counts: beside other tests a cold cache or a collection of garbage costs more than the bound
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


def cpu_seconds(run: Callable[[str], None], source: str) -> float:
    """Run it; anything but a typed error is a failure of the test."""
    started = time.process_time()
    with suppress(BihuanError):
        run(source)
    return time.process_time() - started


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    compile_expression('matches("a", "a")').evaluate({})
    compile_unary_tests("> 1").test(1, {})
    decision("1", "result")


def test_the_corpus_is_large() -> None:
    assert len(ALL) >= 250


@pytest.mark.parametrize("run", [plain, cell], ids=["plain", "cell"])
def test_none_runs_longer_than_fifty_milliseconds(run: Callable[[str], None]) -> None:
    slow = [
        source[:80]
        for source in ALL
        if all(cpu_seconds(run, source) > _CPU_SECONDS for _ in range(_ATTEMPTS))
    ]

    assert slow == []


@pytest.mark.parametrize("run", [plain, cell], ids=["plain", "cell"])
def test_none_opens_imports_or_executes_anything(run: Callable[[str], None]) -> None:
    for source in ALL:
        cpu_seconds(run, source)  # time zones are read from their files once
    _heard.clear()
    _listening.on = True
    try:
        for source in ALL:
            cpu_seconds(run, source)
    finally:
        _listening.on = False

    assert _heard == []


@pytest.mark.slow
@pytest.mark.parametrize("run", [plain, cell], ids=["plain", "cell"])
def test_none_takes_more_than_fifty_megabytes(run: Callable[[str], None]) -> None:
    large: list[str] = []
    tracemalloc.start()
    try:
        for source in ALL:
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            cpu_seconds(run, source)
            if tracemalloc.get_traced_memory()[1] - before > _BYTES:
                large.append(source[:80])
    finally:
        tracemalloc.stop()

    assert large == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["input", "condition", "result"])
def test_no_place_of_a_decision_table_lets_one_through(place: str) -> None:
    for source in ALL:
        cpu_seconds(partial(decision, place=place), source)
