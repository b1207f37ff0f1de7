"""Servers of their own, for tests that kill them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.storage.embedded import EmbeddedServer
from tests.scratch import scratch


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that every user may enter (pytest's own is for us alone)."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-test-", dir=scratch()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_server(open_folder: Path) -> Iterator[EmbeddedServer]:
    """A running server that nobody else uses."""
    with EmbeddedServer(open_folder / "data") as server:
        yield server
