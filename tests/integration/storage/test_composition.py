"""Settings become a running system, on the embedded server and on another one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.errors import BihuanError
from engine.scope import EVERYWHERE, Scope
from engine.storage.database import Database
from engine.storage.errors import StorageUnavailable
from host.cli.database import migrate_command
from host.composition import Bihuan
from host.settings import Settings


@pytest.fixture
def address(server: Database) -> str:
    """The address of an empty database, as an operator would write it."""
    fresh = server.create_database()
    return fresh.login.owner_url.render_as_string(hide_password=False)


def migrate_from_the_shell(**variables: str) -> str:
    done = CliRunner(env=variables).invoke(migrate_command, catch_exceptions=False)
    return done.output


def test_the_embedded_server_needs_no_preparation(server_folder: Path, server: Database) -> None:
    settings = Settings.read({"BIHUAN_DATA_DIR": str(server_folder)})

    with ThreadPoolExecutor(2) as pool:
        systems = [done.result() for done in [pool.submit(Bihuan, settings) for _ in range(2)]]

    for system in systems:
        with system.unit_of_work() as uow:
            assert uow.connection().exec_driver_sql("select current_database()").scalar() == "bihuan"
        system.close()


def test_another_server_must_be_migrated_first(address: str) -> None:
    settings = Settings.read({"BIHUAN_DATABASE_URL": address})
    with pytest.raises(StorageUnavailable, match="bihuan migrate"):
        Bihuan(settings)

    assert "升级到" in migrate_from_the_shell(BIHUAN_DATABASE_URL=address)
    assert "已是最新" in migrate_from_the_shell(BIHUAN_DATABASE_URL=address)

    for scope, role in ((Scope(1), "bihuan_app"), (EVERYWHERE, "bihuan_system")):
        with Bihuan(settings) as bihuan, bihuan.unit_of_work(scope) as uow:
            assert uow.connection().exec_driver_sql("select current_user").scalar() == role


def test_a_wrong_setting_stops_the_command() -> None:
    with pytest.raises(BihuanError, match="BIHUAN_DATABASE_URL"):
        migrate_from_the_shell(BIHUAN_DATABASE_URL="nonsense")
