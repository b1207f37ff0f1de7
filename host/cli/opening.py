"""Open the running system for a command: the main database, or another one on its server."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from getpass import getuser

import click

from engine.access import Actor
from engine.errors import NotFound
from host.composition import Bihuan, prove_migrated, server_database
from host.settings import Settings

DATABASE = click.option("--database", metavar="NAME", help="同一服务器上的另一个数据库,如 --keep 保留的。")
REASON = click.option("--reason", required=True, metavar="TEXT", help="原因,记入历史和审计。")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")


def operator() -> Actor:
    """Return who works at this terminal: an operator, named in journal and audit by his login."""
    return Actor(None, f"运维({getuser()})", system=True)


@contextmanager
def opened(name: str | None) -> Iterator[Bihuan]:
    """Open the main database, or another one on its server."""
    settings = Settings.read()
    with ExitStack() as leaving:
        if name is None:
            yield leaving.enter_context(Bihuan(settings))
            return
        server = server_database(settings, leaving)
        leaving.callback(server.close)
        if not server.has_database(name):
            raise NotFound(f"服务器上没有数据库“{name}”;请核对名称。", code="database.not_found")
        database = server.sibling(name)
        prove_migrated(database)
        yield leaving.enter_context(Bihuan(settings, database=database))
