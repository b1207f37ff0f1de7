"""How fast expressions and decision tables are: in this process, and at the start of a fresh one."""

import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from timeit import repeat
from typing import Any
from xml.sax.saxutils import escape

from engine.dmn.reading import read
from engine.feel.compiling import compile_expression
from host.bench.measure import Figures, Measure, Say

SOURCE = "amount >= 1000000 and is_new"
CONTEXT = {"amount": Decimal(1_500_000), "is_new": True}
_RIVAL = Path(sys.prefix).with_name(".venv-bench") / "bin" / "python"
_RIVAL_CODE = """
import json, sys, timeit
from bkflow_feel.api import parse_expression
source, context = json.loads(sys.argv[1])
assert parse_expression(expression=source, context=context) is True
print(min(timeit.repeat(lambda: parse_expression(expression=source, context=context), number=50, repeat=5)) / 50 * 1e6)
"""
_PARSE_CODE = """
import time
from importlib.resources import files
from engine.dmn.reading import compiled
found = [one.read_bytes() for one in (files("workflows") / "decisions").iterdir() if one.name.endswith(".dmn")]
started = time.perf_counter()
for xml in found:
    compiled(xml)
print((time.perf_counter() - started) * 1e3)
"""


def _microseconds(action: Callable[[], Any], times: int) -> float:
    """Return the best of seven: the machine is shared, and nothing makes code faster than it is."""
    return min(repeat(action, number=times, repeat=7)) / times * 1e6


def _expressions(say: Say) -> Figures:
    say(f"FEEL:{SOURCE}")
    feel = compile_expression(SOURCE)
    python = compile(SOURCE, "<bench>", "eval")
    ours = _microseconds(lambda: feel.evaluate(CONTEXT), 20_000)
    plain = _microseconds(lambda: eval(python, {}, CONTEXT), 20_000)  # noqa: S307
    rival = _rival(say)
    return {
        "feel_eval_us": round(ours, 2),
        "feel_vs_python": round(ours / plain, 2),
        "feel_vs_bkflow": None if rival is None else round(rival / ours, 1),
    }


def _rival(say: Say) -> float | None:
    """Return the microseconds of bkflow-feel for the same expression; it lives apart, for its pins are not ours."""
    if not _RIVAL.exists():
        say("没有安装 bkflow-feel,feel_vs_bkflow 不测;安装:make bench-rival")
        return None
    given = json.dumps([SOURCE, {"amount": 1_500_000, "is_new": True}])
    done = subprocess.run([_RIVAL, "-c", _RIVAL_CODE, given], capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"bkflow-feel 没有跑起来:{done.stderr.strip()[-200:]}")
        return None
    return float(done.stdout)


def _table() -> bytes:
    """Return a table of 20 rules over an amount, a kind and a flag."""
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>"
        for name in ("amount", "kind", "is_new")
    )
    rows = ""
    for number in range(20):
        cells = (f"[{number * 100}..{number * 100 + 100})", f'"k{number % 4}"', "true" if number % 2 else "-")
        entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
        rows += f"<rule>{entries}<outputEntry><text>{number}</text></outputEntry></rule>"
    table = f'<decisionTable hitPolicy="UNIQUE">{columns}<output name="o"/>{rows}</decisionTable>'
    name = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    return f'<definitions xmlns="{name}" id="doc" name="doc"><decision id="d" name="d">{table}</decision></definitions>'.encode()


def _tables(say: Say) -> Figures:
    say("决策表:20 条规则、3 个输入;在新进程里读全县的表")
    decisions = read(_table())
    context = {"amount": Decimal(1_950), "kind": "k3", "is_new": True}
    taken = _microseconds(lambda: decisions.decide("d", context), 1_000)
    starts = [
        float(
            subprocess.run(
                [sys.executable, "-c", _PARSE_CODE], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(3)
    ]
    return {"dmn_eval_us": round(taken, 1), "tables_parse_ms": round(min(starts), 1)}


MEASURES = (
    Measure({"feel_eval_us": "≤ 3", "feel_vs_python": "≤ 5", "feel_vs_bkflow": "≥ 20"}, _expressions),
    Measure({"dmn_eval_us": "≤ 30", "tables_parse_ms": "≤ 150"}, _tables),
)
