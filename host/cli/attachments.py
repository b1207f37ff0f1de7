"""`bihuan attachments`: how long the files of reviews are kept, and what is held longer."""

from uuid import UUID

import click

from engine import retention
from engine.errors import InvalidInput
from engine.json_values import dumps
from host.cli.opening import AS_JSON, DATABASE, REASON, opened, operator
from host.workers import keeping


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(attachments)


@click.group("attachments")
def attachments() -> None:
    """Files beside forms: purge them when their time is over, hold them for an audit."""


@attachments.command("purge")
@click.option("--dry-run", is_flag=True, help="只说明有多少个附件到期,不清除。")
@DATABASE
def purge(dry_run: bool, database: str | None) -> None:
    """Drop the contents of files whose review ended longer ago than BIHUAN_ATTACHMENT_YEARS."""
    with opened(database) as bihuan:
        years = bihuan.settings.attachment_years
        if years is None:
            raise InvalidInput(
                "没有设置 BIHUAN_ATTACHMENT_YEARS,附件一直保存;请先设置保存年数。", code="attachment.no_years"
            )
        if not dry_run:
            click.echo(f"已清除 {keeping.purge(bihuan)} 个附件的内容;登记保留。")
            return
        with bihuan.unit_of_work() as uow:
            found = retention.due(uow, keeping.ended_before(bihuan.clock.now(), years))
        click.echo(f"{found} 个附件已过 {years} 年的保存期限;没有清除。")


@attachments.command("hold")
@click.argument("instance", type=click.UUID)
@REASON
@DATABASE
def hold(instance: UUID, reason: str, database: str | None) -> None:
    """Keep the files of an instance, however old, until the hold is lifted."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        retention.hold(uow, instance, reason, by=operator())
    click.echo("已冻结;解除以前,这件事项的附件不会清除。")


@attachments.command("lift")
@click.argument("instance", type=click.UUID)
@REASON
@DATABASE
def lift(instance: UUID, reason: str, database: str | None) -> None:
    """Lift the hold on an instance."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        retention.lift(uow, instance, reason, by=operator())
    click.echo("已解除;附件按保存年数清除。")


@attachments.command("held")
@AS_JSON
@DATABASE
def held(as_json: bool, database: str | None) -> None:
    """List the holds that stand."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        found = retention.held(uow)
    if as_json:
        click.echo(dumps(found))
        return
    for one in found:
        click.echo(
            f"{one['instance_id']}  {one['business_key']}  {one['placed_at']:%Y-%m-%d}  "
            f"{one['placed_by_name']}  {one['reason']}"
        )
    if not found:
        click.echo("没有冻结的附件。")
