"""Another system: a real HTTP server that can be good, slow to forgive, or gone."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.vault import Vault
from host.jobs import Post
from webhooks.client import Client

LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Receiver:
    """What came in: (headers, body). status: what it answers; where: the Location it sends."""

    address: str = ""
    status: int = 204
    where: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """The ids of the messages, in the order in which they came."""
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Such a server on the loopback interface."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.status)
            for name, value in found.extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}/in"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def post() -> Post:
    """How the site tells others; the loopback is permitted."""
    return Post(Client(LOOPBACK), Vault("s" * 40, "webhook keys"))
