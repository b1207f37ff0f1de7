"""Over TLS: the connection goes to the address that was checked, and the certificate must be the host's own."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.webhooks.authority import Authority
from tests.integration.webhooks.conftest import LOOPBACK
from webhooks.client import Client

HOST = "receiver.example"


@dataclass
class Secure:
    """A server with TLS. names: what clients asked for (SNI); hosts: their Host headers."""

    port: int = 0
    names: list[str | None] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "known")


@pytest.fixture
def secure(authority: Authority) -> Iterator[Secure]:
    found = Secure()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            found.hosts.append(self.headers["Host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that refuses the certificate hangs up; that is what is examined."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate(HOST))
    context.sni_callback = lambda _socket, name, _context: found.names.append(name)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.port = server.server_port
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every name stand for the loopback the first time it is asked for, and for nowhere afterwards."""
    names: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        names.append(host)
        number = "127.0.0.1" if host == "127.0.0.1" or names.count(host) == 1 else "192.0.2.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


def test_the_pinned_address_is_asked_for_the_host_by_name(
    authority: Authority, secure: Secure, asked: list[str]
) -> None:
    client = Client(LOOPBACK, str(authority.file))

    answer = client.post(f"https://{HOST}:{secure.port}/in", b"{}", {})

    assert (answer.status, answer.told) == (204, "")
    assert secure.names == [HOST]
    assert secure.hosts == [f"{HOST}:{secure.port}"]
    assert asked.count(HOST) == 1, "a second answer could be another one"


def test_a_certificate_of_another_host_or_of_an_unknown_authority_is_refused(
    authority: Authority, secure: Secure, asked: list[str], tmp_path: Path
) -> None:
    known, stranger = str(authority.file), str(Authority(tmp_path, "stranger").file)

    other = Client(LOOPBACK, known).post(f"https://other.example:{secure.port}/", b"{}", {})
    by_number = Client(LOOPBACK, known).post(f"https://127.0.0.1:{secure.port}/", b"{}", {})
    unknown = Client(LOOPBACK, stranger).post(f"https://{HOST}:{secure.port}/", b"{}", {})

    for answer in (other, by_number, unknown):
        assert (answer.status, answer.told) == (None, "没有应答:SSLError")
    assert not secure.hosts, "not a byte of the message has left"
