"""What an administrator installs is whole: our rooms, their data, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from host.migrations.running import newest
from tests.architecture.sources import ROOMS, ROOT


def _committed_or_new() -> set[str]:
    """Return our files as git sees them: tracked, or new and not ignored."""
    command = [
        "git",
        "-c",
        f"safe.directory={ROOT}",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run([*command, *ROOMS], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    return zipfile.ZipFile(
        next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))
    )


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_our_rooms_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert names == _committed_or_new()


@pytest.mark.slow
def test_an_installed_wheel_knows_its_migrations(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    ask = "from host.migrations import running; print(running.__file__, running.newest())"

    told = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == [str(tmp_path / "host/migrations/running.py"), newest()]
