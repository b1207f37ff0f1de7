"""`bihuan`: the one command; each group of subcommands is a module of its own, read when it is called.

Exit status: 0 good, 1 the input is bad (reasons on standard error), 2 wrong usage.
"""

import sys
from collections.abc import Mapping
from importlib import import_module

import click
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.errors import BihuanError

WHERE: Mapping[str, str] = {
    "account": "accounts",
    "attachments": "attachments",
    "audit": "auditing",
    "backup": "backing_up",
    "bench": "benchmarking",
    "bulk": "bulk",
    "campaign": "campaigns",
    "check": "definitions",
    "county": "county",
    "doctor": "doctor",
    "feel": "expressions",
    "incidents": "incidents",
    "instance": "instances",
    "migrate": "database",
    "person": "people",
    "policy": "policies",
    "projects": "projects",
    "public": "public",
    "restore": "backing_up",
    "rules": "rules",
    "serve": "serving",
    "simulate": "simulating",
    "source": "sources",
    "tck": "conformance",
    "webhook": "webhooks",
    "whatif": "whatif",
    "worker": "working",
    "workflows": "workflows",
    "year": "years",
}
"""In which module of this folder each command is."""


class Commands(click.Group):
    """Commands that are read when they are called: an expression is evaluated without the pages and the database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names."""
        return sorted(WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module read; None for an unknown name."""
        if cmd_name in WHERE and cmd_name not in self.commands:
            import_module(f"host.cli.{WHERE[cmd_name]}").add_to(self)
        return self.commands.get(cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bihuan")
def bihuan() -> None:
    """Bihuan (闭环): the yearly closed loop of public-budget performance management."""


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
