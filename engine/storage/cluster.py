"""The files of an embedded server: folders, the data folder of initdb, the configuration."""

import os
import shlex
import shutil
import stat
from pathlib import Path

from engine.storage.binaries import Binaries
from engine.storage.errors import StorageUnavailable
from engine.storage.operating_user import OperatingUser
from engine.storage.roles import APP, OWNER, SYSTEM

SETTINGS = """\
# Written by Bihuan at every start. Put your own settings into local.conf beside this file.
data_directory = {data}
hba_file = {hba}
ident_file = {ident}
listen_addresses = ''
unix_socket_directories = {socket}
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '128MB'
work_mem = '16MB'
maintenance_work_mem = '64MB'
max_parallel_workers_per_gather = 0
io_method = 'sync'
jit = off
random_page_cost = 1.1
fsync = on
synchronous_commit = on
wal_compression = on
min_wal_size = '192MB'
max_wal_size = '2GB'
checkpoint_timeout = '15min'
autovacuum_naptime = '10s'
log_checkpoints = off
log_line_prefix = '%m [%p] %u@%d '
log_timezone = 'UTC'
timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
include_if_exists = 'local.conf'
"""
HBA = "local all all peer map=bihuan\nlocal replication all peer map=bihuan\n"


def make_home(home: Path, user: OperatingUser) -> None:
    """Create the data folder so that the server's user may enter it. Never chmod what exists."""
    missing = [folder for folder in (home, *home.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755 if user.is_foreign else 0o700)


def make_shared(folder: Path) -> Path:
    """Create a folder of ours that every user may read."""
    if not folder.is_dir():
        folder.mkdir()
        folder.chmod(0o755)
    return folder


def make_private(folder: Path, user: OperatingUser) -> None:
    """Create a folder only the server's user may enter; refuse one that somebody else put there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (user.uid, os.geteuid()):
            raise StorageUnavailable(
                f"文件夹 {folder} 应属于运行数据库的用户,但它属于用户编号 {found.st_uid};请删除它或换一个数据目录。",
                code="storage.foreign_folder",
            ) from None
    user.give(folder)


def initialise(programs: Binaries, home: Path, data: Path, user: OperatingUser, log: Path) -> None:
    """Run initdb into a fresh folder and put it in place in one step; a half-made one is thrown away.

    Raises StorageUnavailable when the folder holds another major version, or the user cannot enter it.
    """
    if not user.may_enter(home):
        raise StorageUnavailable(
            f"运行内置 PostgreSQL 的用户(编号 {user.uid})进不了数据目录 {home};"
            "请用 BIHUAN_DATA_DIR 指定一个它能进入的目录,例如 /var/lib/bihuan。",
            code="storage.unreachable_folder",
        )
    if data.exists():
        _prove_usable(programs, data, user)
        return
    fresh = data.with_name("postgres.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    make_private(fresh, user)
    command: list[str | Path] = [
        programs.program("initdb"),
        "--pgdata",
        fresh,
        "--username",
        OWNER,
        "--encoding",
        "UTF8",
    ]
    command += ["--auth-local=peer", "--auth-host=reject", "--no-instructions"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    with log.open("ab") as output:
        failed = user.run(command, output)
    if failed:
        raise StorageUnavailable(f"无法建立数据库文件夹;请查看日志 {log}。", code="storage.initdb_failed")
    fresh.rename(data)


def _prove_usable(programs: Binaries, data: Path, user: OperatingUser) -> None:
    if data.stat().st_uid != user.uid:
        raise StorageUnavailable(
            f"数据目录 {data} 应属于用户编号 {user.uid},但它属于 {data.stat().st_uid};"
            "请用建立它的那个用户运行,或用 BIHUAN_DATA_DIR 换一个目录。",
            code="storage.foreign_folder",
        )
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(programs.major):
        raise StorageUnavailable(
            f"数据目录 {data} 由 PostgreSQL {found} 建立,而本程序自带 {programs.major};"
            "请先用旧版本导出(pg_dump),再用新版本导入到空目录。",
            code="storage.other_major",
        )


def write_configuration(home: Path, data: Path, socket: Path, user: OperatingUser) -> Path:
    """Write our three configuration files outside the server's own folder; return the main one."""
    folder = make_shared(home / "config")
    hba, ident, main = folder / "pg_hba.conf", folder / "pg_ident.conf", folder / "bihuan.conf"
    client = user.client.replace('"', '""')
    _write(hba, HBA)
    _write(ident, "".join(f'bihuan "{client}" {role}\n' for role in (OWNER, APP, SYSTEM)))
    places = {"data": data, "hba": hba, "ident": ident, "socket": socket}
    _write(main, SETTINGS.format(**{name: _quoted(path) for name, path in places.items()}))
    return main


def start_options(configuration: Path) -> str:
    """Return what pg_ctl hands to the server; a shell reads it, so the path is quoted."""
    return f"-c config_file={shlex.quote(str(configuration))}"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
