"""Instances stopped half way, one per kind of wait: written once per version of the image and kept for ever.

`.venv/bin/python -m tests.unit.bpmn.sample_images` writes those of today's version that do not exist yet: run it when
`migration.VERSION` has grown or a sample is new, and commit the files. Files of an old version never change.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.bpmn.migration import VERSION
from engine.errors import InvalidInput
from tests.unit.bpmn.diagrams import (
    boundary,
    call,
    chain,
    choice,
    diagram,
    end,
    ends,
    gateway,
    many,
    service,
    start,
    sub,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.bpmn.test_differential import BOX, DIAGRAMS, PART
from tests.unit.bpmn.test_events_everywhere import CYCLE, EVENTS, ROOT

FOLDER = Path(__file__).parent / "images"
DATA: dict[str, Any] = {"x": 1, "y": 1, "items": [80, 80, 90], "flag": False}
GUARDED = diagram(
    "guarded",
    ends(),
    users("a", "late", "after"),
    boundary("cycle", "a", CYCLE, interrupting=False) + end("e1"),
    boundary("heard", "a", EVENTS["signal"], interrupting=False) + end("e2"),
    boundary("told", "a", EVENTS["message"]) + end("e3"),
    boundary("flagged", "a", EVENTS["conditional"], interrupting=False) + end("e4"),
    chain("s", "a", "after", "e"),
    chain("cycle", "late", "e1"),
    chain("heard", "e2"),
    chain("told", "e3"),
    chain("flagged", "e4"),
    root=ROOT,
)
WAITING = diagram(
    "waiting",
    ends(),
    gateway("eventBased", "g"),
    *(
        f'<bpmn:intermediateCatchEvent id="{kind}">{EVENTS[kind]}</bpmn:intermediateCatchEvent>'
        + chain("g", kind, f"after_{kind}", f"e_{kind}")
        + users(f"after_{kind}")
        + end(f"e_{kind}")
        for kind in ("message", "signal", "timer")
    ),
    users("z"),
    choice("q", ("g", "x > 0"), ("z", None)),
    chain("s", "q"),
    chain("z", "e"),
    root=ROOT,
)
HANDLING = diagram(
    "handling",
    ends(),
    users("a"),
    chain("s", "a", "e"),
    sub("h", start("hs", EVENTS["message"], interrupting=False), users("answer"), end("he"))
    .replace('id="h"', 'id="h" triggeredByEvent="true"')
    .replace("</bpmn:subProcess>", chain("hs", "answer", "he") + "</bpmn:subProcess>"),
    root=ROOT,
)
GATHERING = diagram(
    "gathering",
    ends(),
    user("a", loop=many("items", "item", results="marks", each="item * 1.5")),
    users("z"),
    chain("s", "a", "z", "e"),
)
BROKEN = diagram("broken", ends(), service("w"), users("z"), chain("s", "w", "z", "e"))
CALLING = diagram("calling", ends(), call("c", "part"), BOX, chain("s", "c", "box", "e"))
DATED = diagram(
    "dated",
    ends(),
    users("a"),
    f'<bpmn:intermediateCatchEvent id="t">{timer("date", "2026-03-01")}</bpmn:intermediateCatchEvent>',
    chain("s", "a", "t", "e"),
)


def _tell(play: Play) -> None:
    play.send("m")


def _fail(_arguments: Mapping[str, Any], _data: Mapping[str, Any]) -> None:
    raise InvalidInput("账套已关闭", code="ledger.closed")


Way = list[str | Callable[[Play], Any]]
SAMPLES: dict[str, tuple[bytes, Way, list[str]]] = {
    "line": (DIAGRAMS["line"], ["a"], ["b", "c"]),
    "nested_forks": (DIAGRAMS["nested forks"], ["a", "b"], ["d", "c", "z"]),
    "inclusive": (DIAGRAMS["inclusive"], ["a"], ["m", "a2", "z"]),
    "parallel_instances": (DIAGRAMS["parallel multi-instance"], ["a"], ["a", "a", "z"]),
    "sequential_instances": (DIAGRAMS["sequential multi-instance"], ["a"], ["a", "a", "z"]),
    "repeated_subprocess": (
        DIAGRAMS["multi-instance subprocess"],
        ["b1", "z"],
        ["b2", "b1", "b2", "b1", "b2"],
    ),
    "gathering": (GATHERING, ["a"], ["a", "a", "z"]),
    "standard_loop": (DIAGRAMS["standard loop"], ["a"], ["a", "a", "z"]),
    "calling": (CALLING, ["p2"], ["p1", "b1", "b2"]),
    "guarded": (
        GUARDED,
        [lambda play: play.pass_days(16), lambda play: play.signal("g")],
        ["late", "a", "after"],
    ),
    "waiting": (WAITING, [], ["message", "after_message"]),
    "handling": (HANDLING, [_tell], ["a", "answer"]),
    "broken": (BROKEN, [], ["retry", "z"]),
    "dated": (DATED, ["a"], ["day"]),
}


def written(name: str) -> Play:
    """Play a sample to where it stops; ids of tokens as they come."""
    xml, way, _ = SAMPLES[name]
    play = Play(xml, DATA, parts={"part": PART}, hands=Hands(work=_fail))
    for step in way:
        play.complete(step) if isinstance(step, str) else step(play)
    return play


def main() -> None:
    """Write the samples of today's version that do not exist yet."""
    folder = FOLDER / f"v{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in SAMPLES:
        path = folder / f"{name}.json"
        if not path.exists():
            play = written(name)
            path.write_text(re.sub(r'"bundle":"[0-9a-f]+"', '"bundle":"BUNDLE"', play.image) + "\n", "utf-8")


if __name__ == "__main__":
    main()
