"""What the form that somebody reviews comes to: its figures, those of the round before, what the checks say."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.uow import UnitOfWork
from forms.assessing import Assessment, assess
from forms.figures import told
from host.filing import Desk, desk_of
from host.web.form.card import grade_of
from host.web.round.rows import Reviewed
from host.web.words import translate as _

MOST_WARNINGS = 3


@dataclass(frozen=True)
class FigureView:
    """One figure. before: of the round before, "" if it was the same or there is none; tag: the grade of a score."""

    head: str
    value: str
    note: str = ""
    before: str = ""
    tag: str = ""
    warnings: tuple[str, ...] = ()


def figures_of(uow: UnitOfWork, found: Reviewed) -> list[FigureView]:
    """Return the figures of a reviewed form, the last one what the checks of today say of it."""
    desk = desk_of(uow, found.task_id)
    standing = assess(found.definition, found.raw, context=desk.context, functions=desk.functions)
    now = told(found.definition, standing.values, desk.context, desk.functions)
    before = _before(desk, found)
    figures = [
        FigureView(
            one.head, one.value, one.note, old if old != one.value else "", _tag(desk, standing, one.head)
        )
        for one, old in zip(now, before, strict=True)
    ]
    return [*figures, _checks(standing)]


def _before(desk: Desk, found: Reviewed) -> Sequence[str]:
    if found.round is None:
        return [""] * len(found.definition.figures)
    stood = assess(found.definition, found.round.before, context=desk.context, functions=desk.functions)
    return [one.value for one in told(found.definition, stood.values, desk.context, desk.functions)]


def _tag(desk: Desk, standing: Assessment, head: str) -> str:
    """Return the grade at the figure that a form's card tells, if it is graded."""
    card = desk.definition.card
    if card is None or not card.graded or card.title != head:
        return ""
    return grade_of(desk.context, standing.values.get(card.total))


def _checks(standing: Assessment) -> FigureView:
    warnings = tuple(text for _rule, _path, text in standing.warnings)
    shown = warnings[:MOST_WARNINGS]
    more = len(warnings) - len(shown)
    rest = (_("另有 {count} 条", count=more),) if more else ()
    value = _("{count} 条提示", count=len(warnings)) if warnings else _("没有提示")
    return FigureView(
        _("自动检查"), value, _("{count} 处错误", count=len(standing.errors)), warnings=(*shown, *rest)
    )
