"""pg_dump and pg_restore: those of our own PostgreSQL, or of the machine if the server is of another version."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection, text

from engine.storage.binaries import installed
from engine.storage.database import Database
from engine.storage.errors import StorageUnavailable
from engine.storage.operating_user import ENVIRONMENT

SSL = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def major_of(connection: Connection) -> int:
    """Return the server's major version."""
    number = connection.scalar(text("select current_setting('server_version_num')::int"))
    return int(number or 0) // 10_000


def program(name: str, major: int) -> Path:
    """Return `pg_dump` or `pg_restore` of this major version. Raises StorageUnavailable with what to install."""
    ours = installed()
    if ours.major == major:
        return ours.program(name)
    found = shutil.which(name)
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r"(\d+)", said)
        if version and int(version[1]) == major:
            return Path(found)
    raise StorageUnavailable(
        f"备份和恢复需要 PostgreSQL {major} 的 {name},没有找到;请安装 postgresql-client-{major}。",
        code="backup.no_program",
    )


def run(command: Sequence[str | Path], database: Database) -> None:
    """Run a program against a database as its owner; the password stays out of the list of processes.

    Raises StorageUnavailable with what the program said.
    """
    done = subprocess.run(
        [str(part) for part in command],
        env={**ENVIRONMENT, **_environment(database)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StorageUnavailable(
            f"{Path(command[0]).name} 没有成功:{done.stderr.strip()[-2000:]};请按提示处理后重试。",
            code="backup.program_failed",
        )


def _environment(database: Database) -> Mapping[str, str]:
    url = database.login.owner_url
    host = url.query.get("host") or url.host
    named = {
        "PGHOST": host,
        "PGPORT": url.query.get("port") or url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        **{variable: url.query.get(name) for name, variable in SSL.items()},
    }
    return {name: str(value) for name, value in named.items() if value}
