"""A process that does one command and is killed at one point of it: before a statement, before or after the commit."""

import os
import signal
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from engine.clock import VirtualClock
from engine.feel.compiling import compile_expression
from engine.storage.database import Database, Login
from host.composition import Bihuan
from host.settings import Settings
from tests.chaos.commands import COMMANDS, operate

BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"
compile_expression("1 + 1")  # the grammar, once, before the processes fork


def die(*_: Any) -> None:
    """Kill -9 oneself."""
    os.kill(os.getpid(), signal.SIGKILL)


def _die_unless_nested(session: Session) -> None:
    if session.get_nested_transaction() is None:
        die()


def lay(bihuan: Bihuan, point: int | str) -> None:
    """Lay the trap: from now on the process dies at this point of its first unit of work."""
    if point == AFTER_COMMIT:
        event.listen(Session, "after_commit", _die_unless_nested)
    elif point == BEFORE_COMMIT:
        event.listen(bihuan.database.system_engine, "commit", die)
    else:
        seen = 0

        def count(*_: Any) -> None:
            nonlocal seen
            seen += 1
            if seen == point:
                die()

        event.listen(bihuan.database.system_engine, "before_cursor_execute", count)


def do(login: Login, folder: str, now: datetime, name: str, subject: Any, point: int | str) -> None:
    """Do the command `name` to `subject` and die at `point`; a point that is not reached ends well."""
    bihuan = living(Database(login), folder, VirtualClock(now))
    lay(bihuan, point)
    COMMANDS[name].act(bihuan, subject)


def living(database: Database, folder: str, clock: VirtualClock) -> Bihuan:
    """Return a running system with the operation of the scenes."""
    bihuan = Bihuan(Settings.read({"BIHUAN_DATA_DIR": folder}), clock=clock, database=database)
    bihuan.operations.register("post", operate)
    return bihuan
