"""`bihuan serve` as an operator runs it: probes, metrics of all its processes, a log of one object a line."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from host.health.judging import STILL_SECONDS

TOKEN = "t" * 40
STARTS_SECONDS, NOTICED_SECONDS = 90, 60

pytestmark = pytest.mark.slow


class Served:
    """A running `bihuan serve` on a folder of its own, its worker beside it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.log = folder / "log"
        environment = {
            "BIHUAN_DATA_DIR": str(folder / "data"),
            "BIHUAN_DATABASE_URL": "",
            "BIHUAN_LOG_FORMAT": "json",
            "BIHUAN_METRICS_TOKEN": TOKEN,
        }
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "host.cli.main", "serve", "--port", self.address.rpartition(":")[2]],
                env=os.environ | environment,
                stderr=said,
                stdout=subprocess.DEVNULL,
            )

    def get(self, path: str) -> str:
        """Return what is answered."""
        bearing = {"Authorization": f"Bearer {TOKEN}"} if path == "/metrics" else {}
        asked = Request(self.address + path, headers=bearing)
        with urlopen(asked, timeout=10) as answer:
            return str(answer.read().decode())

    def figures(self) -> dict[str, float]:
        """Return every figure of /metrics that has no label."""
        families = text_string_to_metric_families(self.get("/metrics"))
        return {one.name: one.value for family in families for one in family.samples if not one.labels}

    def lines(self) -> list[dict[str, object]]:
        """Return the log; every line must be an object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def worker(self) -> psutil.Process | None:
        """Return the process that sweeps, if it lives."""
        for one in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it has just ended
                if "spawn_main" in " ".join(one.cmdline()):
                    return one
        return None


@pytest.fixture
def served() -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="bihuan-serve-") as name:
        Path(name).chmod(0o755)
        found = Served(Path(name))
        wait_until(lambda: is_ready(found), STARTS_SECONDS)
        yield found
        found.process.send_signal(signal.SIGTERM)
        assert found.process.wait(60) == 0


def is_ready(served: Served) -> bool:
    """Whether it serves and has begun to sweep."""
    assert served.process.poll() is None, served.log.read_text()
    try:
        return '"ready"' in served.get("/health/ready") and "bihuan_sweep_age_seconds" in served.figures()
    except (URLError, OSError):
        return False


def wait_until(what: Callable[[], bool], seconds: float) -> None:
    """Wait for something that must come."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.3)


def test_all_processes_count_and_a_worker_that_cannot_go_on_is_noticed_within_a_minute(
    served: Served,
) -> None:
    for _ in range(20):
        served.get("/sign-in")
    asked = [one for one in served.get("/metrics").splitlines() if 'count{endpoint="sign_in"}' in one]
    assert asked == ['bihuan_request_seconds_count{endpoint="sign_in"} 20']
    assert served.figures()["bihuan_workers"] == 1

    first = served.worker()
    assert first
    first.kill()
    wait_until(lambda: served.worker() not in (None, first), 30)  # it is followed by another
    second = served.worker()
    assert second
    wait_until(lambda: is_ready(served) and served.figures()["bihuan_sweep_age_seconds"] < STILL_SECONDS, 60)
    said = len(served.lines())
    second.suspend()  # this one lives and does nothing
    try:
        frozen = time.monotonic()
        wait_until(
            lambda: any(one["message"] == "no deadline is being fired" for one in served.lines()[said:]), 120
        )
        late = time.monotonic() - frozen
        assert served.figures()["bihuan_sweep_age_seconds"] > STILL_SECONDS
    finally:
        second.resume()
    assert late < NOTICED_SECONDS, f"noticed after {late:.0f} s"
    assert any("the worker ended" in str(one["message"]) for one in served.lines())
