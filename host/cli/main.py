"""`bihuan`: the one command; each group of subcommands is a module of its own.

Exit status: 0 good, 1 the input is bad (reasons on standard error), 2 wrong usage.
"""

import sys

import click
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.errors import BihuanError
from host.cli import (
    accounts,
    attachments,
    auditing,
    backing_up,
    benchmarking,
    bulk,
    campaigns,
    conformance,
    county,
    database,
    definitions,
    doctor,
    expressions,
    incidents,
    instances,
    people,
    policies,
    projects,
    public,
    serving,
    simulating,
    sources,
    webhooks,
    whatif,
    workflows,
    working,
    years,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bihuan")
def bihuan() -> None:
    """Bihuan (闭环): the yearly closed loop of public-budget performance management."""


for module in (
    accounts,
    attachments,
    auditing,
    backing_up,
    benchmarking,
    bulk,
    campaigns,
    conformance,
    county,
    database,
    definitions,
    doctor,
    expressions,
    incidents,
    instances,
    people,
    policies,
    public,
    projects,
    serving,
    simulating,
    sources,
    webhooks,
    whatif,
    workflows,
    working,
    years,
):
    module.add_to(bihuan)


def main() -> None:
    """Run the command line; our errors become sentences on standard error and status 1."""
    try:
        bihuan(prog_name="bihuan", standalone_mode=False)
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("已中断。", err=True)
        sys.exit(1)
    except BihuanError as error:
        click.echo(f"{error.code}: {error.text}", err=True)
        for line in getattr(error, "lines", ()):
            click.echo(f"  {line}", err=True)
        sys.exit(1)
    except IntegrityError as error:
        if not isinstance(error.orig, UniqueViolation):
            raise
        click.echo("request.same_twice: 刚才有人先登记了同样的内容,这一次没有执行;请核对后再试。", err=True)
        sys.exit(1)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        click.echo(
            f"storage.unreachable: 数据库连接不上或中断了({reason});请核对 BIHUAN_DATABASE_URL,确认服务器正在运行。",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
