"""A database and the pooled connections to it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.errors import DuplicateDatabase
from psycopg.types.json import set_json_dumps
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from engine.json_values import dumps
from engine.storage.cursors import LeanCursor
from engine.storage.errors import DatabaseExists, StorageUnavailable
from engine.storage.roles import APP, SYSTEM

SEARCH_PATH = "app,queue"
DRIVER = "postgresql+psycopg"
OLDEST = 15
"""The oldest major version of PostgreSQL: from it on a view shows only what its reader may see."""
IDLE_SECONDS = 30
"""How long a transaction of the application may rest between two statements: a frozen process, or an operation that
hangs, holds its instance no longer than this."""


@dataclass(frozen=True)
class Login:
    """How to reach a database: the owner's address, and those of the application's two roles. Can be pickled.

    app_url, system_url: logins that may act as `bihuan_app` and as `bihuan_system`; None when the owner takes on the
    role. Whoever logs in as the first cannot become the second. revive: starts the server again when nobody answers.
    """

    owner_url: URL
    app_url: URL | None = None
    system_url: URL | None = None
    revive: Callable[[], object] | None = None

    @property
    def is_apart(self) -> bool:
        """Whether the application has a login of its own."""
        return self.app_url is not None


class Database:
    """One database: `engine` is the application's, `system_engine` works in all jurisdictions, `owner_engine` migrates
    and makes databases."""

    def __init__(self, login: Login | URL | str, *, pool_size: int = 10) -> None:
        if isinstance(login, str | URL):
            login = Login(make_url(login).set(drivername=DRIVER))
        self.login = login
        self._pool_size = pool_size
        self._label = uuid4().hex[:8]

    @property
    def name(self) -> str:
        """Return the database's name."""
        return self.login.owner_url.database or ""

    @cached_property
    def engine(self) -> Engine:
        """Return the application's pool: role `bihuan_app`, search path `app, queue`."""
        return self._pooled(self.app_arguments)

    @cached_property
    def system_engine(self) -> Engine:
        """Return the pool of sweeps, jobs and tools, with a login of its own: role `bihuan_system`."""
        return self._pooled(self.system_arguments)

    @cached_property
    def apart_engine(self) -> Engine:
        """Return the system's pool for statements that are a transaction each."""
        return self.system_engine.execution_options(isolation_level="AUTOCOMMIT")

    def _pooled(self, arguments: dict[str, Any]) -> Engine:
        size = {"pool_size": self._pool_size, "max_overflow": self._pool_size}
        return create_engine(f"{DRIVER}://", creator=self._connecting(arguments), **size)

    @cached_property
    def owner_engine(self) -> Engine:
        """Return the owner's connections, made when needed: for migrations and for making databases."""
        arguments = _arguments(self.login.owner_url, f"-c search_path={SEARCH_PATH}")
        return create_engine(f"{DRIVER}://", creator=self._connecting(arguments), poolclass=NullPool)

    @property
    def app_arguments(self) -> dict[str, Any]:
        """Return the driver's connection arguments of the application."""
        return self._role_arguments(self.login.app_url, APP)

    @property
    def system_arguments(self) -> dict[str, Any]:
        """Return those of the system (the queue's worker needs them too)."""
        return self._role_arguments(self.login.system_url, SYSTEM)

    def _role_arguments(self, url: URL | None, role: str) -> dict[str, Any]:
        options = f"-c search_path={SEARCH_PATH} -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
        named = {"application_name": self._session_name()}
        return _arguments(url or self.login.owner_url, f"{options} -c role={role}") | named

    def sibling(self, name: str) -> "Database":
        """Return another database on the same server."""
        urls = (self.login.owner_url, self.login.app_url, self.login.system_url)
        owner, app, system = (None if url is None else url.set(database=name) for url in urls)
        assert owner is not None
        login = Login(owner, app, system, self.login.revive)
        return Database(login, pool_size=self._pool_size)

    def has_database(self, name: str) -> bool:
        """Tell whether the server has a database of this name."""
        with self.owner_engine.connect() as connection:
            query = text("select 1 from pg_database where datname = :name")
            return connection.scalar(query, {"name": name}) is not None

    def create_database(
        self, name: str | None = None, *, template: str = "template0", durable: bool = True
    ) -> "Database":
        """Make a database (with a fresh name if none is given); nobody may be connected to `template`.

        durable: False for one that is thrown away: its commits do not wait for the disk (a crash loses the
        last moments, never the order), which makes a short command about twice as fast.
        Raises DatabaseExists if the name is taken.
        """
        name = name or f"bihuan_{uuid4().hex[:12]}"
        try:
            self._administer(f"create database {quoted(name)} template {quoted(template)}")
        except DBAPIError as error:
            if isinstance(error.orig, DuplicateDatabase):
                raise DatabaseExists(
                    f"服务器上已有名为“{name}”的数据库,没有改动它;请换一个名称,或先确认不再需要它并删除。",
                    name=name,
                ) from error
            raise
        if not durable:
            self._administer(f"alter database {quoted(name)} set synchronous_commit = off")
        return self.sibling(name)

    def make_durable(self) -> None:
        """Let new connections wait for the disk again (see `create_database`), and write out what is pending."""
        self._administer(f"alter database {quoted(self.name)} reset synchronous_commit")
        self._administer("checkpoint")

    def ensure_sibling(self, name: str) -> "Database":
        """Return the database `name`, made if it is missing; two who make it at once get the same one."""
        if not self.has_database(name):
            try:
                self.create_database(name)
            except (DBAPIError, DatabaseExists):
                if not self.has_database(name):
                    raise
        return self.sibling(name)

    def drop_database(self, name: str) -> None:
        """Drop a database with everything in it, throwing out whoever is connected."""
        self._administer(f"drop database if exists {quoted(name)} with (force)")

    def cut_off(self) -> None:
        """End every session that this process has here, whatever it is doing at the server."""
        ours = text(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = :name and pid <> pg_backend_pid()"
        )
        with self.owner_engine.connect() as connection:
            connection.execute(ours, {"name": self._session_name()}).all()

    def _session_name(self) -> str:
        return f"bihuan {os.getpid()} {self._label}"

    def close(self) -> None:
        """Close the pooled connections; the object stays usable."""
        for name in ("engine", "system_engine"):
            if name in self.__dict__:
                getattr(self, name).dispose()

    def _administer(self, statement: str) -> None:
        connection: Connection
        with self.owner_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)

    def _connecting(self, arguments: dict[str, Any]) -> Callable[[], psycopg.Connection]:
        def connect() -> psycopg.Connection:
            try:
                connection = psycopg.connect(**arguments)
            except psycopg.OperationalError:
                if self.login.revive is None:
                    raise
                self.login.revive()
                connection = psycopg.connect(**arguments)
            _prove_new_enough(connection)
            set_json_dumps(dumps, connection)
            connection.cursor_factory = LeanCursor
            return connection

        return connect


def _prove_new_enough(connection: psycopg.Connection) -> None:
    """Raise StorageUnavailable on a server whose views would not be bound by row-level security."""
    found = connection.info.server_version
    if found < OLDEST * 10_000:
        connection.close()
        raise StorageUnavailable(
            f"数据库服务器应为 PostgreSQL {OLDEST} 或更新版本,实际为 {found // 10_000};请升级服务器,"
            "或去掉 BIHUAN_DATABASE_URL 使用内置服务器。",
            code="storage.too_old",
            found=found,
        )


def _arguments(url: URL, options: str) -> dict[str, Any]:
    """Turn an address into arguments of the driver, keeping the options somebody wrote into it."""
    arguments = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    arguments["options"] = " ".join(filter(None, [str(arguments.get("options", "")), options]))
    return arguments


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'
