"""A database and the pooled connections to it."""

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
from engine.storage.errors import DatabaseExists
from engine.storage.roles import APP

SEARCH_PATH = "app,queue"
DRIVER = "postgresql+psycopg"


@dataclass(frozen=True)
class Login:
    """How to reach a database: the owner's address, and the application's own if it has one. Can be pickled.

    app_url: None when the application logs in as the owner and takes on the role `bihuan_app`.
    revive: starts the server again when nobody answers (embedded only).
    """

    owner_url: URL
    app_url: URL | None = None
    revive: Callable[[], object] | None = None


class Database:
    """One database: `engine` is the application's, `owner_engine` migrates and makes databases."""

    def __init__(self, login: Login | URL | str, *, pool_size: int = 10) -> None:
        if isinstance(login, str | URL):
            login = Login(make_url(login).set(drivername=DRIVER))
        self.login = login
        self._pool_size = pool_size

    @property
    def name(self) -> str:
        """Return the database's name."""
        return self.login.owner_url.database or ""

    @cached_property
    def engine(self) -> Engine:
        """Return the application's pool: role `bihuan_app`, search path `app, queue`."""
        size = {"pool_size": self._pool_size, "max_overflow": self._pool_size}
        return create_engine(f"{DRIVER}://", creator=self._connecting(self.app_arguments), **size)

    @cached_property
    def owner_engine(self) -> Engine:
        """Return the owner's connections, made when needed: for migrations and for making databases."""
        arguments = _arguments(self.login.owner_url, f"-c search_path={SEARCH_PATH}")
        return create_engine(f"{DRIVER}://", creator=self._connecting(arguments), poolclass=NullPool)

    @property
    def app_arguments(self) -> dict[str, Any]:
        """Return the driver's connection arguments of the application (the queue's worker needs them too)."""
        options = f"-c search_path={SEARCH_PATH}"
        if self.login.app_url is not None:
            return _arguments(self.login.app_url, options)
        return _arguments(self.login.owner_url, f"{options} -c role={APP}")

    def sibling(self, name: str) -> "Database":
        """Return another database on the same server."""
        app_url = self.login.app_url
        login = Login(
            self.login.owner_url.set(database=name),
            app_url.set(database=name) if app_url is not None else None,
            self.login.revive,
        )
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

    def close(self) -> None:
        """Close the pooled connections; the object stays usable."""
        if "engine" in self.__dict__:
            self.engine.dispose()

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
            set_json_dumps(dumps, connection)
            return connection

        return connect


def _arguments(url: URL, options: str) -> dict[str, Any]:
    """Turn an address into arguments of the driver, keeping the options somebody wrote into it."""
    arguments = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    arguments["options"] = " ".join(filter(None, [str(arguments.get("options", "")), options]))
    return arguments


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'
