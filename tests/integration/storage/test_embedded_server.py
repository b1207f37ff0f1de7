"""The embedded server lives through what happens to it: many starters, kills, odd paths."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from engine.storage import postmaster
from engine.storage.database import Database, Login
from engine.storage.embedded import EmbeddedServer
from engine.storage.errors import StorageUnavailable

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow
Other = Callable[[Path], "subprocess.Popen[str]"]


@pytest.fixture
def another_process() -> Iterator[Other]:
    """Start processes that use a server; whatever is left of them is ended afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.integration.storage.asking", str(folder)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def postmaster_seen_by(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate("leave\n", timeout=20)


def answer(server: EmbeddedServer) -> str:
    url = server.app_url("postgres")
    with psycopg.connect(host=str(url.query["host"]), dbname="postgres", user=url.username) as connection:
        row = connection.execute("select current_user").fetchone()
    assert row is not None
    return str(row[0])


def test_three_processes_at_once_on_an_empty_folder_share_one_server(
    open_folder: Path, another_process: Other
) -> None:
    data = open_folder / "data"
    processes = [another_process(data) for _ in range(3)]

    seen = {postmaster_seen_by(process) for process in processes}

    assert len(seen) == 1
    end(processes[0])
    end(processes[1])
    assert postmaster.is_alive(data / "postgres")
    end(processes[2])
    assert not postmaster.is_alive(data / "postgres")


def test_killing_the_starter_leaves_the_server_to_the_others_and_the_last_one_stops_it(
    open_folder: Path, another_process: Other
) -> None:
    data = open_folder / "data"
    starter, other = another_process(data), None
    first = postmaster_seen_by(starter)

    other = another_process(data)
    assert postmaster_seen_by(other) == first
    starter.kill()
    starter.wait()

    assert postmaster.is_alive(data / "postgres")
    end(other)
    assert not postmaster.is_alive(data / "postgres")


def test_a_killed_postmaster_whose_pid_was_given_to_another_program_is_replaced(
    own_server: EmbeddedServer, open_folder: Path
) -> None:
    data = open_folder / "data" / "postgres"
    pid = postmaster.recorded_pid(data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs(postmaster.processes(data), timeout=10)
    left = (data / "postmaster.pid").read_text()
    (data / "postmaster.pid").write_text(left.replace(str(pid), str(os.getpid()), 1))

    own_server.start()

    assert answer(own_server) == "bihuan_app"
    assert postmaster.recorded_pid(data) not in (pid, os.getpid())


def test_the_pool_brings_a_killed_server_back(own_server: EmbeddedServer, open_folder: Path) -> None:
    login = own_server.login("postgres")
    database = Database(login)
    pid = postmaster.recorded_pid(open_folder / "data" / "postgres")
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs(postmaster.processes(open_folder / "data" / "postgres"), timeout=10)

    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("select 1").scalar() == 1
    database.close()


def test_committed_rows_survive_the_kill_of_the_postmaster(
    own_server: EmbeddedServer, open_folder: Path
) -> None:
    database = Database(Login(own_server.url("postgres"), revive=own_server.start))
    with database.owner_engine.begin() as connection:
        connection.exec_driver_sql("create table public.kept as select 42 as value")
    database.close()
    pid = postmaster.recorded_pid(open_folder / "data" / "postgres")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    with database.owner_engine.connect() as connection:
        assert connection.exec_driver_sql("select value from public.kept").scalar() == 42
    database.close()


@pytest.mark.parametrize("name", ["一年 闭环 o'clock", "long-" + "路径" * 30 + "/data", "with,comma"])
def test_any_path_will_do(open_folder: Path, name: str) -> None:
    with EmbeddedServer(open_folder / name) as server:
        assert answer(server) == "bihuan_app"


def test_starting_again_is_quick_and_keeps_the_data(open_folder: Path) -> None:
    EmbeddedServer(open_folder / "data").start().leave()
    began = time.monotonic()

    with EmbeddedServer(open_folder / "data") as server:
        assert answer(server) == "bihuan_app"

    assert time.monotonic() - began < 5


def test_only_the_two_roles_and_only_this_user_may_connect(own_server: EmbeddedServer) -> None:
    host = str(own_server.url("postgres").query["host"])

    with pytest.raises(psycopg.OperationalError, match=r"(?i)peer authentication"):
        psycopg.connect(host=host, dbname="postgres", user="postgres")
    assert Path(host).stat().st_mode & 0o077 == 0


def test_a_folder_of_another_major_version_is_refused_with_a_way_out(open_folder: Path) -> None:
    data = open_folder / "data"
    EmbeddedServer(data).start().leave()
    (data / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(StorageUnavailable, match="PostgreSQL 16"):
        EmbeddedServer(data).start()


def test_a_running_server_of_an_older_version_learns_the_logins_it_lacks(
    own_server: EmbeddedServer, open_folder: Path
) -> None:
    ident = open_folder / "data" / "config" / "pg_ident.conf"
    lines = ident.read_text().splitlines(keepends=True)
    ident.write_text("".join(line for line in lines if not line.endswith(" bihuan_system\n")))
    host = str(own_server.url("postgres").query["host"])
    with psycopg.connect(host=host, dbname="postgres", user="bihuan_owner", autocommit=True) as connection:
        connection.execute("drop role bihuan_system")
        connection.execute("select pg_reload_conf()")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with pytest.raises(psycopg.OperationalError) as refused:
            psycopg.connect(host=host, dbname="postgres", user="bihuan_system")
        if "Peer authentication failed" in str(refused.value):
            break
        time.sleep(0.1)
    else:
        pytest.fail("the server still knows the login")

    with EmbeddedServer(open_folder / "data"):
        psycopg.connect(host=host, dbname="postgres", user="bihuan_system").close()


def test_a_half_made_data_folder_is_made_anew(open_folder: Path) -> None:
    half = open_folder / "data" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with EmbeddedServer(open_folder / "data") as server:
        assert answer(server) == "bihuan_app"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_never_opens_a_folder_that_is_not_ours(open_folder: Path) -> None:
    secret = open_folder / "secret"
    secret.mkdir(mode=0o700)

    with pytest.raises(StorageUnavailable, match="BIHUAN_DATA_DIR"):
        EmbeddedServer(secret / "data").start()

    assert secret.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_not_ours_to_write_is_named(open_folder: Path) -> None:
    (open_folder / "file").write_text("")

    with pytest.raises(StorageUnavailable, match="file"):
        EmbeddedServer(open_folder / "file" / "data").start()


def test_a_pickled_login_lets_another_process_revive_the_server(
    own_server: EmbeddedServer, open_folder: Path
) -> None:
    login = own_server.login("postgres")
    copy = pickle.loads(pickle.dumps(login))  # noqa: S301 (our own bytes)
    own_server.leave()
    assert not postmaster.is_alive(open_folder / "data" / "postgres")

    database = Database(copy)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("select 1").scalar() == 1

    database.close()
    copy.revive.__self__.leave()
    assert not postmaster.is_alive(open_folder / "data" / "postgres")


def test_settings_of_the_site_are_read(server: Database) -> None:
    """The server of the test run does not wait for the disk: `tests.conftest` says so in its local.conf."""
    with server.owner_engine.connect() as connection:
        assert connection.exec_driver_sql("show fsync").scalar_one() == "off"
