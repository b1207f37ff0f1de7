"""One plain sentence about a year, with a forecast; its numbers open their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.calendar.documents import national
from engine.calendar.local_time import local_date
from engine.uow import UnitOfWork
from host.web.day import today
from host.web.words import translate as _
from host.web.year.loop import Node
from host.web.year.words import day
from ledger.yearmap import pace
from ledger.yearmap.members import Offices
from ledger.yearmap.pace import Forecast


@dataclass(frozen=True)
class Piece:
    """A part of the sentence; with an address it is a number that opens its rows. look: `is-warn` for a forecast of trouble."""

    text: str
    href: str = ""
    look: str = ""


def forecast(uow: UnitOfWork, node: Node | None, offices: Offices) -> Forecast | None:
    """Return what a stage comes to on its due day; None if that is past, or everything is there."""
    if node is None or node.stage.due_at < uow.now() or node.handed >= node.asked:
        return None
    recent = pace.first_filed(uow, node.stage.id, offices, national())
    return pace.forecast(node.asked, node.handed, recent, _left(local_date(node.stage.due_at)))


def _left(due: date) -> int:
    calendar, now = national(), today().day
    return calendar.workdays_between(now, due) + calendar.is_workday(now)


def sentence(nodes: Sequence[Node], now: Node | None, seen: Forecast | None) -> list[Piece]:
    """Return what is to be said of a year. now: the stage everybody works on; seen: what it will come to."""
    if now is None:
        return _quiet(nodes)
    said = [
        Piece(_("{stage}已交 ", stage=now.name)),
        Piece(f"{now.handed:,} / {now.asked:,}", now.rows["asked"]),
    ]
    if now.handed >= now.asked:
        return [*said, Piece(_(" 份，全部交齐。"))]
    if seen is None:
        lacking = Piece(_("{count} 份", count=f"{now.lacking:,}"), now.rows["lacking"], "is-over")
        return [
            *said,
            Piece(_(" 份，{day} 已经到期，还缺 ", day=day(now.stage.due_at))),
            lacking,
            Piece(_("。")),
        ]
    left = national().workdays_between(today().day, local_date(now.stage.due_at))
    until = (
        _("离 {day} 还有 {days} 个工作日", day=day(now.stage.due_at), days=left) if left else _("今天到期")
    )
    return [*said, Piece(_(" 份，{until}；", until=until)), *_ahead(now, seen)]


def _ahead(now: Node, seen: Forecast) -> list[Piece]:
    rows = Piece(_("看还没交的 {count} 份", count=f"{now.open:,}"), now.rows["open"])
    late = now.asked - seen.by_due
    if not seen.recent:
        return [Piece(_("最近 {span} 个工作日没有新交的。", span=pace.SPAN)), rows]
    pace_words = _(
        "按最近 {span} 个工作日的速度，到期能收 {count} 份，", span=pace.SPAN, count=f"{seen.by_due:,}"
    )
    if not late:
        return [Piece(pace_words), Piece(_("能按期交齐。")), rows]
    return [
        Piece(pace_words),
        Piece(_("约 {count} 份会逾期", count=f"{late:,}"), look="is-warn"),
        Piece(_("。")),
        rows,
    ]


def _quiet(nodes: Sequence[Node]) -> list[Piece]:
    following = min((one for one in nodes if one.stage.status == "planned"), key=lambda one: one.stage.opens_at,
                    default=None)  # fmt: skip
    if following is None:
        return [Piece(_("各环节都已结束。") if nodes else _("您的范围内没有这一年度的环节。"))]
    opens = day(following.stage.opens_at)
    return [Piece(_("现在没有要交的。下一个环节是{stage}，{day} 开始。", stage=following.name, day=opens))]
