"""The operating-system user the embedded server runs as: ourselves, or an unprivileged one for root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine.storage.errors import StorageUnavailable

CANDIDATES = ("bihuan", "nobody")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class OperatingUser:
    """Who runs the server, and whom its clients are logged in as."""

    uid: int
    gid: int
    client: str
    is_foreign: bool

    def give(self, path: Path) -> None:
        """Make a folder private to the server's user. Only for folders we have just made."""
        path.chmod(0o700)
        if self.is_foreign:
            os.chown(path, self.uid, self.gid)

    def run(self, command: Sequence[str | Path], output: IO[Any] | int) -> int:
        """Run a program of PostgreSQL as this user in a clean environment; return its exit status."""
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            cwd="/",
            umask=0o077,
            check=False,
            user=self.uid if self.is_foreign else None,
            group=self.gid if self.is_foreign else None,
            extra_groups=[] if self.is_foreign else None,
        )
        return done.returncode

    def may_enter(self, folder: Path) -> bool:
        """Ask the system itself whether this user can enter `folder`."""
        shell = shutil.which("sh", path=ENVIRONMENT["PATH"]) or "/bin/sh"
        return self.run([shell, "-c", 'cd "$1"', "sh", folder], subprocess.DEVNULL) == 0


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise StorageUnavailable(
            f"当前用户编号 {uid} 没有用户名,内置 PostgreSQL 无法核对身份;"
            "请为它建立用户,或用 BIHUAN_DATABASE_URL 指定数据库。",
            code="storage.no_user_name",
            uid=uid,
        ) from None


def current() -> OperatingUser:
    """Return who shall run the server: PostgreSQL refuses root, so root hands it to `bihuan` or `nobody`."""
    uid = os.geteuid()
    if uid != 0:
        return OperatingUser(uid=uid, gid=os.getegid(), client=_name(uid), is_foreign=False)
    for candidate in CANDIDATES:
        try:
            entry = pwd.getpwnam(candidate)
        except KeyError:
            continue
        return OperatingUser(uid=entry.pw_uid, gid=entry.pw_gid, client=_name(0), is_foreign=True)
    raise StorageUnavailable(
        "以 root 运行时需要一个普通用户来运行内置 PostgreSQL,但系统里没有 bihuan 或 nobody;请先建立用户 bihuan。",
        code="storage.no_unprivileged_user",
    )
