"""The server of the pages: gunicorn, several processes, each with a system of its own."""

import os
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from host.health.leaving import Leaving
from host.settings import Settings

THREADS = 4
KEEP_SECONDS = 30
"""How long a connection stays open between two clicks; one that rests holds no thread."""


def _leave(_arbiter: Any, _worker: Any) -> None:
    """End a process of the server at once: what its parent has open is not its own to close."""
    os._exit(0)


class _Logger(Logger):  # type: ignore[misc]
    """The server's own lines go where all others go (`host.logs`)."""

    def setup(self, cfg: Any) -> None:
        """Leave the writing to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Arbiter(Arbiter):  # type: ignore[misc]
    """Keeps the processes; told to stop by TERM it lets a proxy notice first, while all are served."""

    def __init__(self, app: BaseApplication, leaving: Leaving, drain_seconds: int) -> None:
        self._leaving, self._drain_seconds = leaving, drain_seconds
        super().__init__(app)

    def handle_term(self) -> None:
        """Say so for a while, then stop accepting and let those being served finish."""
        self._leaving.begin()
        time.sleep(self._drain_seconds)
        super().handle_term()


class Server(BaseApplication):  # type: ignore[misc]
    """Listens and starts the processes; `make_app` is called in each of them."""

    def __init__(
        self, settings: Settings, make_app: Callable[[], Flask], leaving: Leaving | None = None
    ) -> None:
        self._settings = settings
        self._leaving = leaving or Leaving()
        self._make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.web_workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "logger_class": _Logger,
            "worker_exit": _leave,
            "keepalive": KEEP_SECONDS,
            "graceful_timeout": 10,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until told to stop."""
        _Arbiter(self, self._leaving, self._settings.drain_seconds).run()

    def load(self) -> Flask:
        return self._make_app()
