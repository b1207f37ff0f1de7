"""A county whose people have addresses, a mail server over TLS, and a postman between them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from engine.vault import Vault
from host.composition import Bihuan
from host.telling.channels.mail import Mailer
from host.telling.sending import Postman
from tests.integration.telling.mailbox import HOST, Mailbox
from tests.integration.webhooks.authority import Authority
from tests.web.small_county import settle
from webhooks.client import Client

LOOPBACK = ("127.0.0.0/8", "::1/128")
SENDER = "闭环 <bihuan@example.test>"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who issues certificates to the mail server."""
    return Authority(tmp_path_factory.mktemp("mail"), "post office")


@pytest.fixture
def mailbox(authority: Authority) -> Iterator[Mailbox]:
    """Such a server, open."""
    found = Mailbox(authority.certificate(HOST))
    found.open()
    yield found
    found.close()


@pytest.fixture
def postman(mailbox: Mailbox, authority: Authority) -> Postman:
    """How the site sends; the loopback is permitted."""
    return Postman(
        Mailer(HOST, mailbox.port, "starttls", SENDER, allowed=LOOPBACK, authorities=str(authority.file)),
        Client(LOOPBACK),
        Vault("s" * 40, "robots"),
        address="https://bihuan.example.test",
    )


@pytest.fixture
def county(bihuan: Bihuan) -> None:
    """People, and nothing told yet."""
    with bihuan.unit_of_work() as uow:
        settle(uow)
        for table in ("delivery", "letter", "robot", "contact", "message", "notification"):
            uow.session.execute(text(f"delete from app.{table}"))
