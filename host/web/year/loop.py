"""The loop of the stages with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from host.web.words import translate as _
from host.web.year.words import day, rows_of, stage_name
from ledger.yearmap import plan
from ledger.yearmap.members import Count
from ledger.yearmap.plan import Stage

NUMBERS = ("asked", "handed", "lacking", "done", "open")


@dataclass(frozen=True)
class Node:
    """A stage of the loop. look: done, now or ahead; done: finished altogether; rows: addresses by state."""

    stage: Stage
    name: str
    when: str
    look: str
    asked: int
    handed: int
    lacking: int
    done: int
    open: int
    rows: dict[str, str]

    @property
    def part(self) -> int:
        """How much is handed in, of a hundred."""
        return 100 * self.handed // self.asked if self.asked else 0


def nodes(year: int, stages: Sequence[Stage], counted: Sequence[Count], pressing: Stage | None) -> list[Node]:
    """Return the loop of a year. pressing: the stage everybody works on now."""
    names = [one.stage for one in stages]
    return [
        _node(year, one, counted, several=names.count(one.stage) > 1, now=one == pressing)
        for one in plan.in_loop(stages)
    ]


def _node(year: int, stage: Stage, counted: Sequence[Count], *, several: bool, now: bool) -> Node:
    kinds = plan.kinds_of(stage, counted)
    number = {state: plan.number(counted, stage, kinds, state) for state in NUMBERS}
    over = stage.status in ("closed", "waived") or (0 < number["asked"] == number["done"])
    look = "now" if now else "done" if over else "ahead"
    name = stage_name(stage.stage, stage.round, several=several)
    return Node(stage, name, _when(stage), look, **number, rows=rows_of(year, stage, kinds, NUMBERS))


def _when(stage: Stage) -> str:
    if stage.status == "waived":
        return _("豁免")
    if stage.suspended:
        return _("已挂起")
    if stage.status == "planned":
        return _("{day} 开始", day=day(stage.opens_at))
    if stage.status == "closed":
        return day(stage.due_at)
    return _("{day} 前", day=day(stage.due_at))
