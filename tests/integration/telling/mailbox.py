"""A real mail server over TLS that can be good, busy, strict or gone."""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

HOST = "localhost"
LOGIN, PASSWORD = "bihuan", "a mail password"


@dataclass
class Mailbox:
    """What came in. refuses: addresses that are not taken, in the words of `refusal`; busy: asks everybody to come back later.

    arrived: something came; answering: cleared, what came is not answered.
    """

    certificate: Path
    implicit: bool = False
    signing_in: bool = False
    port: int = 0
    refuses: set[str] = field(default_factory=set)
    refusal: str = "550 no such user here"
    busy: bool = False
    got: list[EmailMessage] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    answering: Event = field(default_factory=Event)
    logins: list[str] = field(default_factory=list)
    _controller: Any = None

    @property
    def ids(self) -> list[str]:
        """The ids of the letters, in the order in which they came."""
        return [str(one["Message-ID"]) for one in self.got]

    def open(self) -> None:
        """Begin to listen, where it listened before."""
        self.answering.set()
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        how: dict[str, Any] = (
            {"ssl_context": context} if self.implicit else {"tls_context": context, "require_starttls": True}
        )
        if self.signing_in:
            how |= {"authenticator": self._sign_in, "auth_required": True}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **how)
        self._controller.start()

    def close(self) -> None:
        """Be gone."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def _sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
        found = cast(LoginPassword, data)
        self.logins.append(found.login.decode())
        good = (found.login, found.password) == (LOGIN.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refusal
        if self.busy:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(message_from_bytes(envelope.content, policy=default))
        self.arrived.set()
        while not self.answering.is_set():
            await asyncio.sleep(0.05)
        return "250 OK"
