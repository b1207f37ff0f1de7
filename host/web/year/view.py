"""Everything that is said about a year, from a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from engine.calendar.documents import national
from engine.calendar.local_time import local_date
from engine.uow import UnitOfWork
from host.web.day import today
from host.web.words import role_name
from host.web.words import translate as _
from host.web.year import loop, matrix
from host.web.year.loop import Node
from host.web.year.matrix import Line
from host.web.year.sentence import Piece, forecast, sentence
from host.web.year.words import day
from ledger.yearmap import members, overdue, pace, plan
from ledger.yearmap.members import Offices
from ledger.yearmap.overdue import Square, Told

MOST_OVERDUE = 5


@dataclass(frozen=True)
class Worst:
    """An office with many overdue tasks. days: working days of the oldest; told: what was done about it."""

    square: Square
    days: int
    told: str
    href: str


@dataclass(frozen=True)
class YearView:
    """A year: its sentence, its loop, where it is overdue, what is covered."""

    year: int
    sentence: Sequence[Piece]
    forecast: pace.Forecast | None
    nodes: Sequence[Node]
    squares: Sequence[Square]
    worst: Sequence[Worst]
    matrix: Sequence[Line]

    @property
    def overdue(self) -> int:
        """How many tasks are overdue."""
        return sum(one.number for one in self.squares)

    @property
    def quiet(self) -> int:
        """How many offices have nothing overdue."""
        return sum(one.number == 0 for one in self.squares)

    @property
    def said(self) -> str:
        """The sentence as text."""
        return "".join(one.text for one in self.sentence)


def year_view(uow: UnitOfWork, year: int, offices: Offices) -> YearView:
    """Return the map of a year, for the offices one may see."""
    stages, counted = plan.stages(uow, year), members.counts(uow, year, offices)
    pressing = plan.pressing(stages, counted, uow.now())
    nodes = loop.nodes(year, stages, counted, pressing)
    now = next((one for one in nodes if one.stage == pressing), None)
    seen = forecast(uow, now, offices)
    squares = overdue.squares(uow, year, offices)
    said = sentence(nodes, now, seen)
    return YearView(
        year, said, seen, nodes, squares, _worst(uow, year, squares), matrix.matrix(year, stages, counted)
    )


def _worst(uow: UnitOfWork, year: int, squares: Sequence[Square]) -> list[Worst]:
    late = sorted((one for one in squares if one.number), key=lambda one: (-one.number, one.oldest))[
        :MOST_OVERDUE
    ]
    told = overdue.told(uow, year, [one.id for one in late]) if late else {}
    return [
        Worst(one, _days(one), _told(told.get(one.id)), url_for("year_overdue", year=year, unit=one.id))
        for one in late
    ]


def _days(square: Square) -> int:
    return 0 if square.oldest is None else national().workdays_between(local_date(square.oldest), today().day)


def _told(told: Told | None) -> str:
    if told is None:
        return _("还没有提醒")
    who = "、".join(dict.fromkeys(role_name(one["role"]) for one in told.recipients))
    return _("{day} 提醒{who}", day=day(told.at), who=who)
