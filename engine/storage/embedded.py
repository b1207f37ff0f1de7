"""A PostgreSQL server of our own on a local folder, shared by every process that asks for it."""

import hashlib
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy import URL

from engine.storage import binaries, cluster, operating_user, postmaster
from engine.storage.database import Login
from engine.storage.errors import StorageUnavailable
from engine.storage.locks import SharedLock, exclusive
from engine.storage.roles import APP, OWNER, SYSTEM

START_SECONDS = 90
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
LOG_LIMIT_BYTES = 10_000_000


class EmbeddedServer:
    """One server per data folder. The first process starts it, the last one to leave stops it.

    data_dir: created if absent. Peer authentication only: no password, no network, no other OS user.
    """

    def __init__(self, data_dir: Path) -> None:
        self._home = Path(data_dir).expanduser().absolute()
        self._data = self._home / "postgres"
        self._log = self._home / "postgres.log"
        self._socket = _socket_folder(self._home)
        self._gate = self._home / ".gate.lock"
        self._users = SharedLock(self._home / ".users.lock")

    def __reduce__(self) -> tuple[type["EmbeddedServer"], tuple[Path]]:
        """Pickle the place only: another process takes a lock of its own."""
        return (EmbeddedServer, (self._home,))

    def start(self) -> Self:
        """Make sure a server runs and count us among its users. Raises StorageUnavailable."""
        user = operating_user.current()
        try:
            cluster.make_home(self._home, user)
            with exclusive(self._gate):
                if not self._answers():
                    self._launch(user)
                if not self._answers(SYSTEM):
                    self._renew_logins(user)
                self._users.take()
        except OSError as error:
            raise StorageUnavailable(
                f"不能使用 {error.filename or self._home}({error.strerror});"
                f"请检查数据目录 {self._home} 和它的权限,或用 BIHUAN_DATA_DIR 换一个目录。",
                code="storage.unusable_folder",
            ) from error
        return self

    def leave(self) -> None:
        """Stop using the server; the last user stops it. A second call changes nothing."""
        if not self._users.is_held:
            return
        with exclusive(self._gate):
            if self._users.release():
                self._stop()

    def url(self, database: str, *, role: str = OWNER) -> URL:
        """Return the address of `database` for one of our three roles."""
        query = {"host": str(self._socket)}
        return URL.create("postgresql+psycopg", username=role, database=database, query=query)

    def app_url(self, database: str) -> URL:
        """Return the address of `database` for the role the application uses."""
        return self.url(database, role=APP)

    def login(self, database: str) -> Login:
        """Return how to reach `database`: a login for each role; the server is started again if it was killed."""
        return Login(self.url(database), self.app_url(database), self.url(database, role=SYSTEM), self.start)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def _connect(self, role: str = OWNER) -> psycopg.Connection:
        return psycopg.connect(host=str(self._socket), dbname="postgres", user=role, connect_timeout=5)

    def _answers(self, role: str = OWNER) -> bool:
        try:
            self._connect(role).close()
        except psycopg.OperationalError:
            return False
        return True

    def _launch(self, user: operating_user.OperatingUser) -> None:
        programs = binaries.installed()
        if user.is_foreign:
            programs = binaries.own_copy(programs, cluster.make_shared(self._home / "binaries"))
        cluster.make_private(self._socket, user)
        cluster.initialise(programs, self._home, self._data, user, self._log)
        configuration = cluster.write_configuration(self._home, self._data, self._socket, user)
        if postmaster.is_alive(self._data):
            self._wait_for_answer()
            return
        postmaster.clear_stale(self._data, self._socket)
        if self._log.exists() and self._log.stat().st_size > LOG_LIMIT_BYTES:
            self._log.replace(self._log.with_suffix(".log.old"))
        self._control(
            programs, user, "start", "-t", str(START_SECONDS), "-o", cluster.start_options(configuration)
        )
        if not self._answers():
            raise self._failure("内置 PostgreSQL 已启动但连接不上")
        self._ensure_logins()

    def _ensure_logins(self) -> None:
        with self._connect() as connection:
            for role in (APP, SYSTEM):
                known = connection.execute("select from pg_roles where rolname = %s", [role]).fetchone()
                verb = "create" if known is None else "alter"
                connection.execute(f"{verb} role {role} login nosuperuser nobypassrls")

    def _renew_logins(self, user: operating_user.OperatingUser) -> None:
        """Let a server that an older version of the program started, and that still runs, know all our logins."""
        cluster.write_configuration(self._home, self._data, self._socket, user)
        self._ensure_logins()
        with self._connect() as connection:
            connection.execute("select pg_reload_conf()")
        self._wait_for_answer(SYSTEM)

    def _wait_for_answer(self, role: str = OWNER) -> None:
        """Wait for a server that is alive but still recovering (or was started by hand)."""
        until = time.monotonic() + START_SECONDS
        while not self._answers(role):
            if time.monotonic() > until or not postmaster.is_alive(self._data):
                raise self._failure(f"内置 PostgreSQL 在 {START_SECONDS} 秒内没有就绪")
            time.sleep(0.1)

    def _stop(self) -> None:
        user = operating_user.current()
        programs = binaries.installed()
        if user.is_foreign:
            programs = binaries.own_copy(programs, self._home / "binaries")
        if postmaster.is_alive(self._data):
            self._control(programs, user, "stop", "-m", "fast", "-t", str(START_SECONDS))
            postmaster.wait_gone(self._data)
        if self._socket.parent != self._home:
            with suppress(OSError):
                self._socket.rmdir()

    def _control(
        self, programs: binaries.Binaries, user: operating_user.OperatingUser, *arguments: str
    ) -> None:
        with self._log.open("ab") as log:
            status = user.run([programs.program("pg_ctl"), "-w", "-s", "-D", self._data, *arguments], log)
        if status != 0:
            raise self._failure(f"内置 PostgreSQL 的 pg_ctl {arguments[0]} 失败")

    def _failure(self, what: str) -> StorageUnavailable:
        last = self._log.read_text(errors="replace").splitlines()[-3:] if self._log.exists() else []
        return StorageUnavailable(
            f"{what};请查看日志 {self._log},最后几行:{' / '.join(last)}",
            code="storage.start_failed",
            log=str(self._log),
        )


def _socket_folder(home: Path) -> Path:
    """Return the socket's folder: inside `home`, or a short one in /tmp when the path is too long for a socket.

    A comma would be read by libpq as a list of hosts.
    """
    inside = home / "socket"
    if len(bytes(inside)) <= SOCKET_PATH_LIMIT and "," not in str(inside):
        return inside
    return Path("/tmp") / f"bihuan-{hashlib.sha256(bytes(home)).hexdigest()[:16]}"
