"""The demonstration's counties as `make run` opens them, one for each moment of the year that a test asks for."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.scratch import scratch

ROOT = Path(__file__).parents[2]
STANDS_SECONDS = 180


@dataclass
class Counties:
    """What was started so far, in one data folder."""

    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix="bihuan-browser-", dir=scratch()))
    )
    _hosts: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _addresses: dict[str, str] = field(default_factory=dict)

    def at(self, moment: str) -> str:
        """Return the address of the county at a moment; the first who asks has it made and opened."""
        if moment not in self._addresses:
            self._addresses[moment] = self._open(moment)
        return self._addresses[moment]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command that works on these counties."""
        return os.environ | {"BIHUAN_DATA_DIR": str(self.folder / "data"), "BIHUAN_DATABASE_URL": ""}

    def close(self) -> None:
        """Stop all of them as an operator does, and forget them."""
        for host in self._hosts:
            host.send_signal(signal.SIGTERM)
        for host in self._hosts:
            host.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _open(self, moment: str) -> str:
        self.folder.chmod(0o755)
        address = f"http://127.0.0.1:{free_port()}"
        command = [sys.executable, "-m", "host.cli.main", "serve", "--demo", "--at", moment, "--port"]
        log = self.folder / f"{moment}.log"
        with log.open("w") as said:
            host = subprocess.Popen(
                [*command, address.rpartition(":")[2]],
                cwd=ROOT,
                env=self.environment,
                stdout=said,
                stderr=said,
            )
        self._hosts.append(host)
        _wait_for(address, host, log)
        return address


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(address: str, host: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + STANDS_SECONDS
    while True:
        assert host.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        try:
            with urlopen(f"{address}/sign-in", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
