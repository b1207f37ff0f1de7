"""The composition root: the one place where settings become a running system."""

from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self

from procrastinate import App
from sqlalchemy.engine import make_url

from engine.blobs import Blobs, DatabaseBlobs, FolderBlobs
from engine.clock import Clock, SystemClock
from engine.operations import Operations
from engine.scope import EVERYWHERE, Scope
from engine.storage.database import Database, Login
from engine.storage.embedded import EmbeddedServer
from engine.storage.errors import StorageUnavailable
from engine.storage.roles import prove_apart
from engine.uow import UnitOfWork, unit_of_work
from engine.vault import Vault
from host.imports.jobs import Entry
from host.migrations.running import current, migrate, newest
from host.secret import secret_of
from host.settings import Settings
from host.telling.channels.mail import Mailer
from host.telling.sending import Postman
from host.workers import hearing, jobs
from host.workers.jobs import Post
from host.workers.queueing import QueueJobs, queue
from host.workers.vigil import Vigil
from host.workers.working import work
from ledger import stages
from ledger.operations.registry import register_all as operations_of_the_ledger
from webhooks.client import Client

MAIN = "bihuan"
NOT_MIGRATED = "storage.not_migrated"


class Bihuan:
    """One running system on one database. Close it, or use it as a context manager.

    database: a database that exists and is migrated; None opens the main one of `settings`
    (embedded: made and migrated when needed; another server: it must be migrated).
    """

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, database: Database | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        folder = settings.attachments_dir
        self.blobs: Blobs = DatabaseBlobs() if folder is None else FolderBlobs(folder)
        self._leaving = ExitStack()
        self.database = database or self._open_main()
        self.operations = Operations()
        operations_of_the_ledger(self.operations)
        stages.register(self.operations)
        self.queue: App = queue(self.database)
        self._jobs = QueueJobs(self.queue)
        self._vigil = Vigil(self.database)
        self._post: Post | None = None
        self._postman: Postman | None = None
        jobs.register(self.queue, self.watched, self.post, self.entry, self.postman)
        hearing.register(self.queue, self.watched, self.watched)

    def unit_of_work(self, scope: Scope = EVERYWHERE) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work: commit on return, roll back on any error.

        scope: the rows it sees. Everywhere is for workers and tools; whoever answers a person must give that person's.
        """
        return self._open(scope)

    def watched(self, scope: Scope = EVERYWHERE) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work as a job does: one that hangs is noticed."""
        return self._vigil.over(self.unit_of_work(scope))

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work everywhere in which each statement is a transaction of its own."""
        return self._open(EVERYWHERE, apart=True)

    def _open(self, scope: Scope, *, apart: bool = False) -> AbstractContextManager[UnitOfWork]:
        return unit_of_work(
            self.database,
            clock=self.clock,
            operations=self.operations,
            jobs=self._jobs,
            scope=scope,
            apart=apart,
        )

    def post(self) -> Post:
        """Return how other systems are told."""
        if self._post is None:
            client = Client(self.settings.webhook_networks, self.settings.webhook_authorities)
            self._post = Post(client, Vault(secret_of(self.settings), "webhook keys"))
        return self._post

    def postman(self) -> Postman:
        """Return how people are told outside the pages."""
        if self._postman is None:
            found = self.settings
            mailer = found.smtp_host and Mailer(
                found.smtp_host,
                found.smtp_port,
                found.smtp_security,
                found.smtp_from or "",
                found.smtp_login,
                found.smtp_password,
                found.webhook_networks,
                found.smtp_authorities,
            )
            vault = Vault(secret_of(found), "robots")
            self._postman = Postman(
                mailer or None, self.post().client, vault, found.apprise_schemes, found.address
            )
        return self._postman

    def source_vault(self) -> Vault:
        """Return what keeps the keys of systems that call."""
        return Vault(secret_of(self.settings), "source keys")

    def entry(self) -> Entry:
        """Return how new people are let in."""
        return Entry(Vault(secret_of(self.settings), "one-time passwords"), self.settings.one_time_hours)

    def run_worker(self) -> None:
        """Run queued jobs until a signal stops the process; wait for a database that goes away."""
        work(self.queue, self.database, self._vigil, concurrency=self.settings.worker_concurrency)

    def create_database(self, name: str | None = None) -> Database:
        """Make a migrated database beside the main one; `self.database.drop_database(name)` drops it."""
        database = self.database.create_database(name)
        migrate(database)
        return database

    def close(self) -> None:
        """Give connections back and leave the embedded server."""
        self.database.close()
        self._leaving.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_main(self) -> Database:
        database = main_database(self.settings, self._leaving)
        if self.settings.database_url is None:
            migrate(database)
        else:
            prove_migrated(database)
            prove_logins(database)
        return database


def server_database(settings: Settings, leaving: ExitStack) -> Database:
    """Return a database to make others from: `postgres` of the embedded server, or the one of the address.

    leaving: told how to leave the embedded server.
    """
    if settings.database_url is not None:
        app, system = (
            None if url is None else make_url(url)
            for url in (settings.database_app_url, settings.database_system_url)
        )
        login = Login(make_url(settings.database_url), app, system)
        return Database(login, pool_size=settings.database_pool)
    server = EmbeddedServer(settings.data_dir)
    server.start()
    leaving.callback(server.leave)
    return Database(server.login("postgres"), pool_size=settings.database_pool)


def main_database(settings: Settings, leaving: ExitStack) -> Database:
    """Return the main database, migrated or not; on the embedded server it is made when needed."""
    database = server_database(settings, leaving)
    return database if settings.database_url is not None else database.ensure_sibling(MAIN)


def prove_logins(database: Database) -> None:
    """Raise StorageUnavailable if the application has a login of its own and that could act as more."""
    if database.login.is_apart:
        try:
            with database.engine.connect() as connection:
                prove_apart(connection)
        except StorageUnavailable:
            database.close()
            raise


def prove_migrated(database: Database) -> None:
    """Raise StorageUnavailable unless the database is exactly at the revision this program needs."""
    found, expected = current(database), newest()
    if found != expected:
        raise StorageUnavailable(
            f"数据库 {database.name} 的版本应为 {expected},实际为 {found or '空'};请先运行 bihuan migrate。",
            code=NOT_MIGRATED,
            expected=expected,
            found=found,
        )
