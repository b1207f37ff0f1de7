"""`bihuan webhook`: which other systems are told of what, and how it went."""

from uuid import UUID

import click
from sqlalchemy import select

from engine.errors import NotFound
from engine.json_values import dumps
from engine.model.base import table_of
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator
from ledger.model.register import Jurisdiction
from webhooks import delivering, endpoints, showing

PLACE = table_of(Jurisdiction)


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(webhook)


@click.group("webhook")
def webhook() -> None:
    """Tell other systems what happens: signed messages to addresses of theirs."""


@webhook.command("add")
@click.option("--jurisdiction", required=True, metavar="CODE", help="哪个地区的事项。")
@click.option("--name", required=True, help="接收方的名字。")
@click.option("--address", required=True, metavar="URL", help="接收方的 https:// 地址。")
@click.option(
    "--event", "event_types", multiple=True, default=["*"], help="事件类型,可多次;如 task.completed、task.*。"
)
@DATABASE
def add(
    jurisdiction: str, name: str, address: str, event_types: tuple[str, ...], database: str | None
) -> None:
    """Add an endpoint; prints the key its owner verifies signatures with, this once."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        place = uow.session.scalar(select(PLACE.c.id).where(PLACE.c.code == jurisdiction))
        if place is None:
            raise NotFound(f"没有代码为“{jurisdiction}”的地区。", code="jurisdiction.not_found")
        number, key = endpoints.add(
            uow,
            bihuan.post().vault,
            jurisdiction_id=place,
            name=name,
            address=address,
            event_types=event_types,
            by=operator(),
        )
    click.echo(f"已添加接收方 {number}。签名密钥(只显示这一次,请交给对方):\n{key}")


@webhook.command("list")
@AS_JSON
@DATABASE
def show(as_json: bool, database: str | None) -> None:
    """List endpoints with what waits and what is dead."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = [dict(row._mapping) for row in showing.endpoints(uow)]
    if as_json:
        click.echo(dumps(found))
        return
    for row in found:
        state = f"已暂停:{row['pause_reason']}" if row["paused_at"] else "正常"
        if row["closed_until"] and not row["paused_at"]:
            state = f"连续失败 {row['failures']} 次,{row['closed_until']:%m-%d %H:%M} 再试"
        click.echo(
            f"{row['id']}  {row['name']}  {row['address']}  {','.join(row['event_types'])}  "
            f"待送 {row['waiting']}  送不到 {row['dead']}  {state}"
        )
    if not found:
        click.echo("还没有接收方;用 bihuan webhook add 添加。")


@webhook.command("deliveries")
@click.argument("number", type=int)
@click.option("--status", type=click.Choice(["planned", "delivered", "dead"]), help="只列出这一种。")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="最多列出几条。")
@AS_JSON
@DATABASE
def deliveries(number: int, status: str | None, limit: int, as_json: bool, database: str | None) -> None:
    """List an endpoint's deliveries, newest first, each with how its last attempt went."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = [dict(row._mapping) for row in showing.deliveries(uow, number, status=status, limit=limit)]
    if as_json:
        click.echo(dumps(found))
        return
    for row in found:
        click.echo(
            f"{row['id']}  {row['created_at']:%Y-%m-%d %H:%M}  {row['type']}  {row['status']}  第{row['attempts']}次  "
            f"{row['status_code'] or ''}  {(row['told'] or '').strip()[:80]}"
        )


@webhook.command("replay")
@click.argument("delivery_ids", nargs=-1, required=True, type=click.UUID)
@DATABASE
def replay(delivery_ids: tuple[UUID, ...], database: str | None) -> None:
    """Send deliveries again under the same ids."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        count = delivering.replay(uow, delivery_ids, by=operator())
    click.echo(f"已安排重送 {count} 条。")


@webhook.command("test")
@click.argument("number", type=int)
@DATABASE
def test(number: int, database: str | None) -> None:
    """Send a test message to one endpoint; a worker delivers it within seconds."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = endpoints.send_test(uow, number, by=operator())
    click.echo(f"已安排测试消息 {found};用 bihuan webhook deliveries {number} 看结果。")


@webhook.command("pause")
@click.argument("number", type=int)
@REASON
@DATABASE
def pause(number: int, reason: str, database: str | None) -> None:
    """Stop telling an endpoint: what is planned waits, what happens meanwhile is not told."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        endpoints.pause(uow, number, reason, by=operator())
    click.echo("已暂停。")


@webhook.command("resume")
@click.argument("number", type=int)
@DATABASE
def resume(number: int, database: str | None) -> None:
    """Go on telling an endpoint."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        endpoints.resume(uow, number, by=operator())
    click.echo("已恢复。")


@webhook.command("new-key")
@click.argument("number", type=int)
@DATABASE
def new_key(number: int, database: str | None) -> None:
    """Give an endpoint a new key; the old one signs too for a week."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        key = endpoints.new_key(uow, bihuan.post().vault, number, by=operator())
    click.echo(f"新的签名密钥(只显示这一次,请交给对方):\n{key}")


@webhook.command("remove")
@click.argument("number", type=int)
@DATABASE
def remove(number: int, database: str | None) -> None:
    """Forget an endpoint and everything planned for it."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        endpoints.remove(uow, number, by=operator())
    click.echo("已删除。")
