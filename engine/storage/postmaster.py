"""Is a PostgreSQL server really at work on a data folder? A pid file alone proves nothing."""

import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from engine.storage.errors import StorageUnavailable

PATIENCE_SECONDS = 10


def processes(data: Path) -> list[psutil.Process]:
    """Return the living `postgres` processes whose working folder is `data` (zombies do not count)."""
    folder = str(data.resolve())
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            with suppress(psutil.Error, OSError):
                if process.cwd() == folder:
                    found.append(process)
    return found


def recorded_pid(data: Path) -> int | None:
    """Return the pid in `postmaster.pid`, if there is one."""
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def is_alive(data: Path) -> bool:
    """Tell whether the recorded postmaster is a living `postgres` of this very folder."""
    return recorded_pid(data) in {process.pid for process in processes(data)}


def clear_stale(data: Path, socket: Path) -> None:
    """Remove what a killed postmaster left behind. Only under the gate and after a failed connection.

    Orphaned backends are ended first: removing the pid file switches off PostgreSQL's own guard
    against two servers writing one folder.
    """
    orphans = processes(data)
    for orphan in orphans:
        with suppress(psutil.Error):
            orphan.send_signal(signal.SIGQUIT)
    _, living = psutil.wait_procs(orphans, timeout=PATIENCE_SECONDS)
    if living:
        raise StorageUnavailable(
            f"数据目录 {data} 上还有旧的 PostgreSQL 进程没有退出;请结束这些进程后再试。",
            code="storage.orphans",
            pids=[process.pid for process in living],
        )
    (data / "postmaster.pid").unlink(missing_ok=True)
    for left in socket.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def wait_gone(data: Path) -> None:
    """Wait until no process works on `data` any more."""
    until = time.monotonic() + PATIENCE_SECONDS
    while processes(data) and time.monotonic() < until:
        time.sleep(0.05)
