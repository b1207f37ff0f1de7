"""`bihuan source`: which other systems may call, and what of their calls waits for somebody."""

import click
from sqlalchemy import select

from engine.errors import InvalidInput, NotFound
from engine.json_values import dumps
from engine.model.base import table_of
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator
from ledger.model.register import Jurisdiction
from webhooks.inbound import quarantine, sources
from webhooks.inbound.messages import TYPES

PLACE = table_of(Jurisdiction)


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(source)


@click.group("source")
def source() -> None:
    """Let other systems call, signed: payments, projects, scores, messages."""


@source.command("add")
@click.option("--jurisdiction", required=True, metavar="CODE", help="哪个地区的系统。")
@click.option("--name", required=True, help="来源的名字。")
@click.option(
    "--type",
    "call_types",
    multiple=True,
    required=True,
    type=click.Choice([*TYPES]),
    help="可以发什么,可多次。",
)
@click.option("--message", "messages", multiple=True, help="可以发给流程的消息名称,可多次。")
@DATABASE
def add(
    jurisdiction: str, name: str, call_types: tuple[str, ...], messages: tuple[str, ...], database: str | None
) -> None:
    """Add a source; prints its address and the key it signs with, this once."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        place = uow.session.scalar(select(PLACE.c.id).where(PLACE.c.code == jurisdiction))
        if place is None:
            raise NotFound(f"没有代码为“{jurisdiction}”的地区。", code="jurisdiction.not_found")
        vault, by = bihuan.source_vault(), operator()
        number, key = sources.add(
            uow, vault, jurisdiction_id=place, name=name, call_types=call_types, messages=messages, by=by
        )
    click.echo(f"已添加来源 {number},来信地址 /api/in/{number}。签名密钥(只显示这一次,请交给对方):\n{key}")


@source.command("list")
@AS_JSON
@DATABASE
def show(as_json: bool, database: str | None) -> None:
    """List sources with what became of their calls."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = [dict(row._mapping) for row in quarantine.sources(uow)]
    if as_json:
        click.echo(dumps(found))
        return
    for row in found:
        state = f"已暂停:{row['pause_reason']}" if row["paused_at"] else "正常"
        click.echo(
            f"{row['id']}  {row['name']}  {','.join(row['call_types'])}  已处理 {row['applied']}  "
            f"等待 {row['accepted']}  待核对 {row['quarantined']}  不处理 {row['dropped']}  {state}"
        )
    if not found:
        click.echo("还没有来源;用 bihuan source add 添加。")


@source.command("new-key")
@click.argument("number", type=int)
@DATABASE
def new_key(number: int, database: str | None) -> None:
    """Give a source a new key; the old one is good for another week."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        key = sources.new_key(uow, bihuan.source_vault(), number, by=operator())
    click.echo(f"新的签名密钥(只显示这一次,请交给对方):\n{key}")


@source.command("pause")
@click.argument("number", type=int)
@REASON
@DATABASE
def pause(number: int, reason: str, database: str | None) -> None:
    """Take nothing more from a source; it is asked to come later."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        sources.pause(uow, number, reason, by=operator())
    click.echo("已暂停。")


@source.command("resume")
@click.argument("number", type=int)
@DATABASE
def resume(number: int, database: str | None) -> None:
    """Take calls of a source again."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        sources.resume(uow, number, by=operator())
    click.echo("已恢复。")


@source.command("calls")
@click.option(
    "--status",
    type=click.Choice(["accepted", "applied", "quarantined", "dropped"]),
    default="quarantined",
    show_default=True,
    help="只列出这一种。",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="最多列出几封。")
@AS_JSON
@DATABASE
def calls(status: str, limit: int, as_json: bool, database: str | None) -> None:
    """List calls, the newest first: those that wait for somebody, with the reason."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = [dict(row._mapping) for row in quarantine.calls(uow, status=status, limit=limit)]
    if as_json:
        click.echo(dumps(found))
        return
    for row in found:
        why = row["reason"] or ";".join(one["reason"] for one in row["misfits"][:3])
        click.echo(f"{row['id']}  {row['received_at']:%Y-%m-%d %H:%M}  {row['name']}  {row['type']}  {why}")
    if not found:
        click.echo("没有这样的来信。")


@source.command("retry")
@click.argument("call_id", type=int)
@click.option(
    "--as",
    "matches",
    multiple=True,
    metavar="KIND:KEY=CODE",
    help="对方的编码在本系统里是什么,如 project:OLD-1=P1;可多次。",
)
@DATABASE
def retry(call_id: int, matches: tuple[str, ...], database: str | None) -> None:
    """Apply a call again, with what its codes mean here; a worker does it within seconds."""
    said = dict(_match(one) for one in matches)
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        quarantine.retry(uow, call_id, said, by=operator())
    click.echo("已安排再试。")


@source.command("drop")
@click.argument("call_id", type=int)
@REASON
@DATABASE
def drop(call_id: int, reason: str, database: str | None) -> None:
    """Let a call be, for a reason."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        quarantine.drop(uow, call_id, reason, by=operator())
    click.echo("已记为不处理。")


def _match(text: str) -> tuple[str, str]:
    name, equals, code = text.rpartition("=")
    if not equals or ":" not in name:
        raise InvalidInput(f"--as 应写作 project:OLD-1=P1 的样子,实际为“{text}”。", code="call.match")
    return name, code
