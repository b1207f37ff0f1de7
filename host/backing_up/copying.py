"""Make a backup of a running system, and bring one back into an empty database."""

from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from sqlalchemy import text

from engine.blobs import FolderBlobs
from engine.clock import Clock
from engine.errors import Conflict, InvalidInput
from engine.storage.database import Database
from engine.storage.roles import ensure_app_role
from host.backing_up.archive import About, pack, unpack
from host.backing_up.figures import differences, figures_of
from host.backing_up.programs import major_of, program, run
from host.migrations.running import current, knows

USED = text("select exists (select from pg_namespace where nspname in ('app', 'queue'))")
DEFAULTS = """
alter default privileges in schema app, queue grant select, insert, update, delete on tables to bihuan_app, bihuan_system;
alter default privileges in schema app, queue grant usage, select on sequences to bihuan_app, bihuan_system;
alter default privileges in schema app, queue grant execute on functions to bihuan_app, bihuan_system;
"""
"""As the migrations say it; a dump says it for one owner by name, who may be called otherwise on another server."""


def back_up(database: Database, folder: Path | None, into: Path, clock: Clock) -> About:
    """Write a backup; people go on working meanwhile. folder: where attachments lie, if not in the database.

    Raises Conflict if the file exists; StorageUnavailable if pg_dump is missing or fails.
    """
    if into.exists():
        raise Conflict(f"文件 {into} 已经有了,没有覆盖;请换一个文件名。", code="backup.exists")
    revision = current(database) or ""
    with TemporaryDirectory(dir=into.absolute().parent, prefix=".bihuan-backup-") as place:
        dump = Path(place) / "dump"
        with database.owner_engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            snapshot = connection.scalar(text("select pg_export_snapshot()"))
            major = major_of(connection)
            what = ["--format=custom", "--schema=app", "--schema=queue"]
            run([program("pg_dump", major), *what, f"--snapshot={snapshot}", f"--file={dump}"], database)
            tables = figures_of(connection)  # the same moment as the dump
        about = {
            "made_at": clock.now().isoformat(),
            "program": version("bihuan"),
            "revision": revision,
            "major": major,
            "tables": tables,
        }
        return pack(into, dump, folder, about)


def restore(file: Path, database: Database, folder: Path | None) -> About:
    """Bring a backup into an empty database and compare every table with what was backed up.

    folder: where attachments are to lie. Raises InvalidInput for a damaged or foreign file, Conflict unless the database
    is empty, StorageUnavailable if pg_restore is missing or fails (then the database is as empty as before).
    """
    with TemporaryDirectory(prefix="bihuan-restore-") as place:
        about, dump, contents = unpack(file, Path(place))
        _require_fit(about, folder)
        _load(dump, database, Path(place) / "contents")
        with database.owner_engine.begin() as connection:
            connection.execute(text(DEFAULTS))
            wrong = differences({k: tuple(v) for k, v in about.tables.items()}, figures_of(connection))
        if wrong:
            raise InvalidInput(
                f"恢复后有 {len(wrong)} 张表与备份不一致:{'、'.join(wrong[:5])};请勿使用这个数据库,换另一份备份再试。",
                code="restore.differs",
            )
        if folder is not None:
            for one in contents:
                _keep(one, FolderBlobs(folder))
        return about


def _require_fit(about: About, folder: Path | None) -> None:
    """Raise InvalidInput unless this program, as it is set up, can bring the backup back."""
    if not knows(about.revision):
        raise InvalidInput(
            f"备份的数据库版本 {about.revision} 比本程序新(由 {about.program} 作出);请先升级程序。",
            code="restore.newer",
        )
    if about.attachments is not None and folder is None:
        raise InvalidInput(
            "备份里的附件放在文件夹;请先设置 BIHUAN_ATTACHMENTS_DIR 再恢复。", code="restore.no_folder"
        )


def _load(dump: Path, database: Database, contents: Path) -> None:
    """Load a dump in one transaction. contents: a file for the list of what is in it. Raises as `restore`."""
    with database.owner_engine.begin() as connection:
        if connection.scalar(USED):
            raise Conflict(
                f"数据库 {database.name} 里已有闭环的数据,没有改动;请恢复到空的数据库(--database)。",
                code="restore.not_empty",
            )
        ensure_app_role(connection)
        reading = program("pg_restore", major_of(connection))
    run([reading, "--list", f"--file={contents}", dump], database)
    lines = contents.read_text(encoding="utf-8").splitlines()
    contents.write_text("\n".join(one for one in lines if " DEFAULT ACL " not in one), encoding="utf-8")
    how = ["--no-owner", "--exit-on-error", "--single-transaction", f"--use-list={contents}"]
    run([reading, *how, f"--dbname={database.name}", dump], database)


def _keep(content: Path, store: FolderBlobs) -> None:
    target = store.place(content.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        copyfile(content, target)
