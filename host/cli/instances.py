"""`bihuan instance`: list instances, read their story, suspend, resume, migrate them."""

from datetime import datetime

import click
from sqlalchemy import select

from engine import history, migrating, suspending
from engine.bpmn.fates import Crossing, Fate
from engine.calendar.local_time import SHANGHAI
from engine.definitions import bind
from engine.json_values import dumps
from engine.library import parameter_set
from engine.lifecycle import WORDS
from engine.migrating import Passage
from engine.model.instances import ProcessInstance
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator

FATES = {"kept": "保留", "mapped": "对应到", "moved": "撤销并移到", "dropped": "放弃", "refused": "无处可去"}


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(instance)


@click.group("instance")
def instance() -> None:
    """Look at running processes and operate them. NAME is an id or a business key."""


@instance.command("list")
@click.option(
    "--status", type=click.Choice(["active", "suspended", "completed", "cancelled"]), help="只列这种状态的。"
)
@click.option("--stage", metavar="STAGE", help="只列这个环节的,如 self_evaluation。")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="最多列出几项。"
)
@AS_JSON
@DATABASE
def show_all(status: str | None, stage: str | None, limit: int, as_json: bool, database: str | None) -> None:
    """List instances by business key."""
    row = ProcessInstance
    found = select(row.business_key, row.status, row.title, row.id).order_by(row.business_key).limit(limit)
    found = found.where(row.status == status) if status else found
    found = found.where(row.stage == stage) if stage else found
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        rows = [dict(one) for one in uow.session.execute(found).mappings()]
    if as_json:
        click.echo(dumps(rows))
        return
    for one in rows:
        click.echo(f"{one['business_key']}  {WORDS[one['status']]}  {one['title']}  {one['id']}")


@instance.command("show")
@click.argument("name")
@click.option("--all", "with_audit", is_flag=True, help="连同审计记录。")
@AS_JSON
@DATABASE
def show(name: str, with_audit: bool, as_json: bool, database: str | None) -> None:
    """Tell the whole story of an instance; its state image is not opened."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        story = history.story(uow.session, history.find(uow.session, name))
    if as_json:
        click.echo(dumps(story.as_json()))
        return
    click.echo(f"{story.title}  {story.business_key}  {story.id}")
    click.echo(f"流程:{story.process}  状态:{WORDS[story.status]}")
    if story.suspension:
        click.echo(f"挂起:{story.suspension['by']},原因:{story.suspension['reason']}")
    click.echo(f"待办:{'、'.join(story.waiting) or '无'}")
    for entry in story.entries:
        if with_audit or entry.source != "audit":
            facts = dumps(entry.data) if entry.data else ""
            click.echo(
                f"{_moment(entry.at)}  {entry.kind}  {entry.name}  {entry.actor_name}  {facts}".rstrip()
            )


@instance.command("suspend")
@click.argument("name")
@REASON
@DATABASE
def suspend(name: str, reason: str, database: str | None) -> None:
    """Suspend an instance: its tasks cannot be touched, its timers and reminders keep still."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        suspending.suspend(uow, history.find(uow.session, name), reason, by=operator())
    click.echo("已挂起。")


@instance.command("resume")
@click.argument("name")
@REASON
@click.option("--shift", is_flag=True, help="期限按挂起的工作日顺延;不加则期限不变。")
@DATABASE
def resume(name: str, reason: str, shift: bool, database: str | None) -> None:
    """Let a suspended instance go on; what became due meanwhile fires once."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        days = suspending.resume(uow, history.find(uow.session, name), reason, by=operator(), shift=shift)
    click.echo(f"已恢复,期限顺延 {days} 个工作日。" if days else "已恢复,期限不变。")


@instance.command("migrate")
@click.argument("name")
@click.option("--plan", "only_plan", is_flag=True, help="只说明每个在办步骤的去向,不改动。")
@click.option("--apply", "applies", is_flag=True, help="执行迁移。")
@click.option("--reason", metavar="TEXT", default="", help="原因,执行时必填。")
@click.option("--map", "mapped", multiple=True, metavar="OLD=NEW", help="旧环节对应到新环节,可多次使用。")
@click.option(
    "--move", "moved", multiple=True, metavar="OLD=NEW", help="撤销旧环节,从新环节重新开始,可多次使用。"
)
@click.option(
    "--drop", "dropped", multiple=True, metavar="EVENT", help="放弃边界事件或事件子流程,可多次使用。"
)
@click.option(
    "--recompute", is_flag=True, help="按新版重算期限和定时器(从任务打开、走到定时的那天起算);不加则不变。"
)
@AS_JSON
@DATABASE
def migrate(
    name: str,
    only_plan: bool,
    applies: bool,
    reason: str,
    mapped: tuple[str, ...],
    moved: tuple[str, ...],
    dropped: tuple[str, ...],
    recompute: bool,
    as_json: bool,
    database: str | None,
) -> None:
    """Carry an instance over to the newest version of its diagrams; say --plan first, then --apply."""
    if only_plan == applies:
        raise click.UsageError("请在 --plan 和 --apply 中选一个。")
    crossing = Crossing(_pairs(mapped), _pairs(moved), frozenset(dropped), recompute)
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        row = uow.session.get_one(ProcessInstance, history.find(uow.session, name))
        slots = parameter_set(uow.session, row.parameter_hash).slots
        passage = Passage(bind(uow, row.definition_key, slots), crossing)
        fates = migrating.plan(uow, row.id, passage)
        if applies:
            fates = migrating.migrate(uow, row.id, passage, reason, by=operator())
    if as_json:
        told = [
            {"fate": one.kind, "element_id": one.element_id, "target": one.target, "reason": one.reason}
            for one in fates
        ]
        click.echo(dumps(told))
        return
    for one in fates:
        click.echo(_line(one))
    click.echo("以上是计划,没有改动。" if only_plan else "已迁移。" if fates else "已是最新版本,没有改动。")


def _line(fate: Fate) -> str:
    goal = fate.reason or (fate.target if fate.target != fate.element_id else "") or ""
    return f"{fate.name}({fate.element_id})  {FATES[fate.kind]}  {goal}".rstrip()


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        old, mark, new = one.partition("=")
        if not (old and mark and new):
            raise click.UsageError(f"应写作 旧环节=新环节,收到的是“{one}”。")
        found[old] = new
    return found


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
