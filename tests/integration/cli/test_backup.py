"""A backup of a county with work in it, brought back into the empty server of another folder, and what is refused."""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from engine import attachments, tasks
from engine.attachments import Upload
from engine.blobs import FolderBlobs
from host.backing_up.figures import differences, figures_of
from host.cli.main import bihuan as command
from host.composition import Bihuan
from tests.integration.engine.stage import PREPARER
from tests.web.desk import desk_on

PICTURE = b"%PDF-1.7\n" + b"x" * 3_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bihuan: Bihuan) -> Path:
    """Where attachments lie."""
    made = tmp_path / "附件"
    made.mkdir()
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))
    monkeypatch.setenv("BIHUAN_ATTACHMENTS_DIR", str(made))
    return made


@pytest.fixture
def worked(bihuan: Bihuan, folder: Path) -> Bihuan:
    """A county in which a form has an attachment."""
    desk = desk_on(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, desk.task_id, by=PREPARER)
        attachments.attach(
            uow, FolderBlobs(folder), desk.task_id, Upload("证明.pdf", PICTURE, ""), by=PREPARER
        )
    return bihuan


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """The folder of another machine's server; short, and open to its user."""
    with tempfile.TemporaryDirectory(prefix="bihuan-elsewhere-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


@pytest.mark.slow
def test_what_comes_back_on_an_empty_server_is_what_was_there(
    worked: Bihuan, folder: Path, elsewhere: Path, tmp_path: Path
) -> None:
    file = tmp_path / "county.bihuan"
    made = run("backup", str(file), "--database", worked.database.name)
    assert made.exit_code == 0, made.output
    assert "附件 1 个" in made.output and file.stat().st_mode & 0o077 == 0

    there = elsewhere / "contents"
    environment = {**os.environ, "BIHUAN_DATA_DIR": str(elsewhere), "BIHUAN_ATTACHMENTS_DIR": str(there)}
    script = [sys.executable, "-m", "host.cli.main"]
    back = subprocess.run(
        [*script, "restore", str(file)], env=environment, capture_output=True, text=True, check=False
    )
    again = subprocess.run(
        [*script, "restore", str(file)], env=environment, capture_output=True, text=True, check=False
    )
    whole = subprocess.run(
        [*script, "audit", "verify"], env=environment, capture_output=True, text=True, check=False
    )

    assert back.returncode == 0, back.stderr
    assert "与备份逐表一致" in back.stdout
    assert (
        again.returncode == 1 and "restore.not_empty" not in again.stdout and "已有闭环的数据" in again.stderr
    )
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert [one.read_bytes() for one in there.glob("??/*")] == [PICTURE]


def test_a_backup_beside_another_database_is_equal_row_by_row(
    worked: Bihuan, folder: Path, tmp_path: Path
) -> None:
    file, name = tmp_path / "county.bihuan", f"restored_{os.getpid()}"
    run("backup", str(file), "--database", worked.database.name)

    back = run("restore", str(file), "--database", name)

    assert back.exit_code == 0, back.output
    database = worked.database.sibling(name)
    with worked.database.owner_engine.connect() as one, database.owner_engine.connect() as other:
        ours, theirs = figures_of(one), figures_of(other)
        assert not differences(ours, theirs) and ours["app.user_task"][0] > 0
        other.execute(text("update app.user_task set name = name || '!'"))
        assert differences(ours, figures_of(other)) == ["app.user_task"]
    with database.engine.connect() as application:  # its rights came along
        application.execute(text("select count(*) from app.user_task"))
    database.close()
    worked.database.drop_database(name)


@pytest.mark.parametrize("spoil", ["cut", "dump", "attachment", "link", "text"])
def test_a_spoiled_file_is_refused_and_nothing_is_made(
    worked: Bihuan, folder: Path, tmp_path: Path, spoil: str
) -> None:
    file, spoiled, name = tmp_path / "good", tmp_path / "spoiled", f"spoiled_{os.getpid()}"
    run("backup", str(file), "--database", worked.database.name)
    if spoil == "cut":
        spoiled.write_bytes(file.read_bytes()[:-200_000])
    elif spoil == "text":
        spoiled.write_text("not a backup")
    else:
        _rewritten(file, spoiled, spoil)

    back = run("restore", str(spoiled), "--database", name)

    assert back.exit_code == 1, back.output
    with worked.database.sibling(name).owner_engine.connect() as connection:
        assert connection.scalar(text("select count(*) from pg_namespace where nspname = 'app'")) == 0
    worked.database.drop_database(name)


def _rewritten(file: Path, into: Path, spoil: str) -> None:
    with tarfile.open(file) as old, tarfile.open(into, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = content.read()
            if (spoil == "dump" and member.name == "database.dump") or (
                spoil == "attachment" and "/" in member.name
            ):
                data = data[:-1] + bytes([data[-1] ^ 1])
            if spoil == "link" and "/" in member.name:
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
                new.addfile(member)
                continue
            new.addfile(member, io.BytesIO(data))


def test_nothing_is_written_over_and_the_secret_stays_out(
    worked: Bihuan, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "county.bihuan"
    run("backup", str(file), "--database", worked.database.name)
    before = file.read_bytes()

    again = run("backup", str(file), "--database", worked.database.name)

    assert again.exit_code == 1 and file.read_bytes() == before
    with tarfile.open(file) as tar:
        assert {re.sub(r"/.*", "/", name) for name in tar.getnames()} == {
            "database.dump",
            "attachments/",
            "about.json",
        }
        about = tar.extractfile("about.json")
        assert about is not None and json.load(about)["attachments"] == 1
