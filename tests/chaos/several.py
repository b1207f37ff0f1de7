"""Several servers and workers on one database, and what stands before them: a proxy that asks who is ready."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage, HTTPResponse
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple

STARTS_SECONDS, STOPS_SECONDS = 60, 40
ASK_SECONDS = 0.2
DRAIN_SECONDS = 3


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    content: bytes
    headers: HTTPMessage


@dataclass
class Running:
    """A command of ours in a process of its own, which can be told to stop and started again.

    said: where what it says is added; without, nobody keeps it.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    said: Path | None = None

    def start(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "host.cli.main", *self.arguments]
        with (self.said or Path(os.devnull)).open("ab") as said:
            self.process = subprocess.Popen(
                command, env=os.environ | self.environment, stdout=said, stderr=said
            )

    def stop(self) -> int:
        """Tell it to stop, as a service manager does; return its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOPS_SECONDS)

    def kill(self) -> None:
        """End it at once, if it still runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@dataclass
class Proxy:
    """Sends each request to the next server that said it is ready; passes on to another only what was not sent yet."""

    ports: list[int]
    ready: dict[int, bool] = field(default_factory=dict)
    served: Counter[int] = field(default_factory=Counter)
    _turn: int = 0
    _lock: Lock = field(default_factory=Lock)
    _left: Event = field(default_factory=Event)

    def watch(self) -> None:
        """Ask the servers again and again, from a thread."""
        self._ask()
        Thread(target=self._keep, daemon=True).start()

    def leave(self) -> None:
        """Ask no more."""
        self._left.set()

    def wait_for(self, port: int, seconds: float = STARTS_SECONDS) -> None:
        """Wait until a server is ready."""
        until = time.monotonic() + seconds
        while not self.ready.get(port):
            assert time.monotonic() < until, f"{port} did not become ready"
            time.sleep(ASK_SECONDS)

    def send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Send a request on; return status and content. Raises OSError or HTTPException when an answer was lost."""
        answer = self.ask(method, path, body, headers)
        return answer.status, answer.content

    def ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        """Send a request on; return the answer. Raises OSError or HTTPException when it was lost."""
        for _ in range(len(self.ports) * 4):
            port = self._next()
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.connect()
            except ConnectionRefusedError:
                self.ready[port] = False
                continue
            with connection.sock:
                connection.request(method, path, body, dict(headers))
                answer: HTTPResponse = connection.getresponse()
                content = answer.read()
            with self._lock:
                self.served[port] += 1
            return Answer(answer.status, content, answer.headers)
        raise ConnectionRefusedError("expected a server that is ready, found none")

    def _next(self) -> int:
        with self._lock:
            ready = [port for port in self.ports if self.ready.get(port)] or self.ports
            self._turn += 1
            return ready[self._turn % len(ready)]

    def _keep(self) -> None:
        while not self._left.wait(ASK_SECONDS):
            self._ask()

    def _ask(self) -> None:
        for port in self.ports:
            self.ready[port] = _is_ready(port)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/ready")
        return bool(json.loads(connection.getresponse().read())["status"] == "ready")
    except (OSError, ValueError):
        return False
    finally:
        connection.close()
