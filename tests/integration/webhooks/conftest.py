"""Another system: a real HTTP server that can be good, slow to forgive, or gone."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from engine.vault import Vault
from host.composition import Bihuan
from host.workers.jobs import Post
from webhooks.client import Client

LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Receiver:
    """What came in: (headers, body). status: what it answers; arrived: something came; answering: cleared, nothing is."""

    address: str = ""
    status: int = 204
    extra: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    answering: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        """The ids of the messages, in the order in which they came."""
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Such a server on the loopback interface."""
    found = Receiver()
    found.answering.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            found.arrived.set()
            found.answering.wait()
            self.send_response(found.status)
            for name, value in found.extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that was killed hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}/in"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def post() -> Post:
    """How the site tells others; the loopback is permitted."""
    return Post(Client(LOOPBACK), Vault("s" * 40, "webhook keys"))


@pytest.fixture
def places(bihuan: Bihuan) -> None:
    """Two jurisdictions, and nobody who wants to be told."""
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.webhook_endpoint"))
        for number in (1, 2):
            made = "insert into app.jurisdiction (id, code, name) values (:id, :code, :code) on conflict do nothing"
            uow.session.execute(text(made), {"id": number, "code": f"place-{number}"})
