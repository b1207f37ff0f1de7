"""Where an instance stands, as its page prints it: the sentence, the outline, the marks on the diagram."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.access import Actor
from engine.bpmn.following import following
from engine.bpmn.run import Place
from engine.calendar.documents import national
from engine.calendar.local_time import local_date
from engine.uow import UnitOfWork
from engine.whereabouts import Chart, Spot, Whereabouts
from host.web.day import today
from host.web.due import Due, due_of
from host.web.story_words import moment
from host.web.words import role_name
from host.web.words import translate as _
from ledger import directory

LISTED = frozenset(
    {"userTask", "callActivity", "serviceTask", "businessRuleTask", "subProcess", "transaction"}
)
PEOPLE = 3
LOOKS = {
    "done": ("done", "is-done", "已办"),
    "now": ("half", "is-now", "现在"),
    "failed": ("bad", "is-bad", "未执行成功"),
    "ahead": ("ring", "", "还没到"),
    "passed": ("ring", "", "没有经过"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the outline. depth: how many calls it is inside; now: who has it and until when."""

    chart: str
    element_id: str
    name: str
    depth: int
    state: str
    icon: str
    look: str
    word: str
    rounds: int
    returned: int
    now: Sequence[str]
    over: bool
    back_to: Sequence[str]


@dataclass(frozen=True)
class WhereView:
    """Everything the page and REST say about where an instance stands.

    standing: who waits since when until when; further: what comes then and what can be done.
    """

    where: Whereabouts
    names: Mapping[int, str]
    people: Mapping[tuple[str, int], Sequence[str]]
    actor: Actor

    @property
    def standing(self) -> str:
        """Waiting for whom, since when, until when, in one sentence."""
        instance, live = self.where.instance, self.where.live
        if instance.status == "suspended":
            why = instance.suspension or {}
            return _(
                "{by}已挂起这个事项，原因：{reason}。", by=why.get("by", ""), reason=why.get("reason", "")
            )
        if instance.status == "completed":
            return _("已全部办完，{when} 结束。", when=moment(instance.ended_at))
        if instance.status == "cancelled":
            return _("已终止，{when} 结束。", when=moment(instance.ended_at))
        if self.where.incidents:
            return _(
                "“{name}”没有执行成功，停在这里。", name=self.name_of(self.where.incidents[0].element_id)
            )
        if not live:
            return self._waits()
        said = self.task_words(live[0])
        more = _("另有 {count} 项同时在办。", count=len(live) - 1) if len(live) > 1 else ""
        return f"{said}{more}"

    @property
    def further(self) -> str:
        """What comes then, and what the reader can do."""
        instance, live = self.where.instance, self.where.live
        if instance.status == "suspended":
            return _("恢复以后接着办；需要恢复请联系挂起人。")
        if instance.status != "active":
            return _("各环节谁办的、什么时候办的，见下面的经过。")
        if self.where.incidents:
            return _("请联系流程管理员处理，处理后自动往下走。")
        if not live:
            return _("现在不需要谁办理。")
        after = following(self.where.bundle, live[0].definition_key, live[0].element_id)
        names = "、".join(one.name or one.id for one in after)
        then = _("办结后到“{name}”。", name=names) if after else _("办结后这件事项办结。")
        return then + self._can_do(live[0])

    def _can_do(self, task: Any) -> str:
        if task.assignee_id is not None and task.assignee_id == self.actor.person_id:
            return _("请您办理。")
        if task.assignee_id is None and self.actor.may_act(task.role, task.organisation_id):
            return _("您可以认领。")
        return _("现在由对方办理。")

    def task_words(self, task: Any) -> str:
        """Return who has a task, since when and until when."""
        since = national().workdays_between(local_date(task.created_at), today().day)
        stood = _("今天到手") if since <= 0 else _("已停 {days} 个工作日", days=since)
        due: Due = due_of(task.due_at)
        until = (
            due.strong
            if due.look or task.due_at is None
            else _("{day} 到期，{rest}", day=due.strong, rest=due.rest)
        )
        if due.look == "is-today":
            until = _("今天到期")
        turn = _("（第 {round} 轮）", round=task.round) if task.round > 1 else ""
        return _(
            "“{name}”{turn}{holder}，{stood}，{until}。",
            holder=self.holder(task),
            name=task.name,
            turn=turn,
            stood=stood,
            until=until,
        )

    def holder(self, task: Any) -> str:
        """Return whom a task waits for."""
        office, role = self.names.get(task.organisation_id, ""), role_name(task.role)
        signing = [one for one in self.where.signers if one.task_id == task.id and one.state == "open"]
        if signing:
            who = [one.person_name or role_name(one.role) for one in signing]
            return _("等{names}签署", names="、".join(who))
        if task.assignee_name:
            return _("在{office}{name}手里", office=office, name=task.assignee_name)
        known = list(self.people.get((task.role, task.organisation_id), ()))
        if not known:
            return _("等{office}{role}认领", office=office, role=role)
        shown = "、".join(known[:PEOPLE]) + (_("等") if len(known) > PEOPLE else "")
        return _("等{office}{role}（{names}）认领", office=office, role=role, names=shown)

    def _waits(self) -> str:
        if self.where.timers:
            first = self.where.timers[0]
            return _(
                "等到 {when}，由“{name}”接着走。",
                when=moment(first.due_at),
                name=self.name_of(first.element_id),
            )
        waiting = [spot for chart in self.where.charts for spot in chart.spots if spot.state == "now"]
        if not waiting:
            return _("正在往下走。")
        return _("停在“{name}”，等外面的消息。", name=waiting[-1].element.name or waiting[-1].element.id)

    def name_of(self, element_id: str) -> str:
        """Return what the diagrams call an element."""
        return self.element_names.get(element_id) or element_id

    @property
    def element_names(self) -> dict[str, str]:
        """Names by id; of two processes the caller's counts."""
        charts = reversed(self.where.charts)
        return {
            spot.element.id: spot.element.name
            for chart in charts
            for spot in chart.spots
            if spot.element.name
        }

    @property
    def outline(self) -> list[Step]:
        """Every step of people and of the system, in order, called processes under their call."""
        return self._steps(self.where.charts[0], 0, set())

    def _steps(self, chart: Chart, depth: int, seen: set[str]) -> list[Step]:
        seen.add(chart.key)
        found: list[Step] = []
        for spot in chart.spots:
            if spot.element.kind not in LISTED and not spot.tasks:
                continue
            found.append(self._step(chart, spot, depth))
            if spot.opens and spot.opens not in seen:
                found += self._steps(self.where.chart(spot.opens), depth + 1, seen)
        return found

    def _step(self, chart: Chart, spot: Spot, depth: int) -> Step:
        icon, look, word = LOOKS[spot.state]
        live = [task for task in spot.tasks if task.status in ("open", "suspended")]
        back = (
            [] if spot.element.kind != "userTask" else self._returns_from(Place(chart.key, spot.element.id))
        )
        return Step(
            chart.key,
            spot.element.id,
            spot.element.name or spot.element.id,
            depth,
            spot.state,
            icon,
            look,
            _(word),
            max((task.round for task in spot.tasks), default=spot.passes),
            spot.returned,
            [self.task_words(task) for task in live],
            any(due_of(task.due_at).bucket == "over" for task in live),
            back,
        )

    def _returns_from(self, place: Place) -> list[str]:
        return [
            one.to_name
            for one in self.where.returns
            if (one.from_definition_key, one.from_element_id) == place
        ]

    def marks(self, chart: Chart) -> dict[str, Any]:
        """Return what is drawn on a diagram, by element: states, counts, words."""
        steps = {one.element_id: one for one in self._steps(chart, 0, {one.key for one in self.where.charts})}
        return {
            "states": {spot.element.id: spot.state for spot in chart.spots},
            "walked": list(chart.walked),
            "back": list(chart.back),
            "over": [name for name, step in steps.items() if step.over],
            "returned": {
                name: _("退回 {count} 次", count=step.returned)
                for name, step in steps.items()
                if step.returned
            },
            "words": {name: "；".join(self._short(chart, name)) for name, step in steps.items() if step.now},
            "opens": {spot.element.id: spot.opens for spot in chart.spots if spot.opens},
        }

    def _short(self, chart: Chart, element_id: str) -> list[str]:
        spot = next(one for one in chart.spots if one.element.id == element_id)
        live = [task for task in spot.tasks if task.status in ("open", "suspended")]
        return [
            _("{who}，{due}", who=task.assignee_name or _("待认领"), due=due_of(task.due_at).strong)
            for task in live
        ]


def view_of(uow: UnitOfWork, where: Whereabouts, actor: Actor, on: date) -> WhereView:
    """Return the view of an instance for somebody: with the names of offices and of those who may claim."""
    places = {where.instance.organisation_id, *(task.organisation_id for task in where.live)}
    seats = {(task.role, task.organisation_id) for task in where.live if task.assignee_id is None}
    people = directory.holders(uow, seats, on) if seats else {}
    return WhereView(where, directory.organisations(uow, places), people, actor)
