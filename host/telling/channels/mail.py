"""E-mail: SMTP with TLS, to an address that was checked before the connection is made; several letters per connection."""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from time import monotonic
from typing import Any, Final

import certifi

from host.telling.outcome import Outcome
from webhooks.addresses import AddressRefused, Network, resolve

PATIENCE: Final = 15
LONGEST_TOLD: Final = 500
LONGEST_BATCH: Final = 200
"""Seconds for letters of one connection: well below their lease, or a slow server would get each from two workers."""
NO_SUCH: Final = (550, 551, 553)
ENHANCED: Final = re.compile(r"5\.(\d{1,3}\.\d{1,3})\b")
NO_SUCH_ENHANCED: Final = re.compile(r"1\.\d+|2\.[01]")
"""An address that is wrong, or a mailbox that is closed (RFC 3463). A full one, or a server that refuses us, may change its mind."""


@dataclass(frozen=True)
class Mail:
    """One letter as mail. id: the local part of its Message-ID."""

    id: str
    to: str
    name: str
    subject: str
    text: str
    html: str
    at: datetime


@dataclass(frozen=True)
class Mailer:
    """The mail server of the site. security: `starttls` or `tls`; allowed: inner networks it may stand in."""

    host: str
    port: int
    security: str
    sender: str
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    allowed: Network = ()
    authorities: str | None = None

    def send(self, mails: Sequence[Mail]) -> list[Outcome]:
        """Send mails over one connection; an outcome for each, whatever happens."""
        outcomes: list[Outcome] = []
        until = monotonic() + LONGEST_BATCH
        try:
            with self._open() as server:
                for mail in mails:
                    if monotonic() > until:
                        raise TimeoutError("太慢,这一封稍后再发")
                    outcomes.append(self._sent(server, mail))
        except AddressRefused as error:
            trouble = error.text
        except smtplib.SMTPAuthenticationError:
            trouble = (
                "邮件服务器不接受登录名或密码;请系统管理员核对 BIHUAN_SMTP_LOGIN 和 BIHUAN_SMTP_PASSWORD。"
            )
        except (smtplib.SMTPException, OSError) as error:
            trouble = f"邮件服务器没有应答:{type(error).__name__} {error}"[:LONGEST_TOLD]
        else:
            trouble = ""
        return outcomes + [Outcome(False, trouble)] * (len(mails) - len(outcomes))

    def message(self, mail: Mail) -> EmailMessage:
        """Return a mail with its headers; the same letter has the same Message-ID at every attempt."""
        made = EmailMessage()
        made["From"] = self.sender
        made["To"] = Address(" ".join(mail.name.split()), addr_spec=mail.to)
        made["Subject"] = mail.subject
        made["Date"] = format_datetime(mail.at)
        made["Message-ID"] = f"<{mail.id}@{self._domain}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(mail.text)
        made.add_alternative(mail.html, subtype="html")
        return made

    def _sent(self, server: smtplib.SMTP, mail: Mail) -> Outcome:
        """Send one; what concerns this mail alone becomes its outcome, what ends the connection is raised."""
        try:
            server.send_message(self.message(mail))
        except smtplib.SMTPRecipientsRefused as error:
            [(code, told)] = error.recipients.values()
            return Outcome(False, f"{code} {_text(told)}", refused=is_no_address(code, _text(told)))
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPResponseException as error:
            return Outcome(False, f"{error.smtp_code} {_text(error.smtp_error)}")
        except smtplib.SMTPNotSupportedError as error:
            return Outcome(False, str(error), refused=True)
        except ValueError as error:
            return Outcome(False, f"这封信写不成邮件:{error}"[:LONGEST_TOLD])
        return Outcome(True, "已交给邮件服务器")

    @property
    def _domain(self) -> str:
        return self.sender.rpartition("@")[2].rstrip(">") or self.host

    def _open(self) -> smtplib.SMTP:
        """Connect to the address that was checked, prove who answers, sign in."""
        address = resolve(self.host, self.port, allowed=self.allowed)
        tls = ssl.create_default_context(cafile=self.authorities or certifi.where())
        server = _Pinned(address, tls if self.security == "tls" else None, self._domain)
        server.pinned(self.host, self.port)
        try:
            if self.security != "tls":
                server.starttls(context=tls)
            if self.login:
                server.login(self.login, self.password or "")
        except BaseException:
            server.close()
            raise
        return server


class _Pinned(smtplib.SMTP):
    """Connects to one address, and asks its certificate for the name of the host."""

    def __init__(self, address: str, tls: ssl.SSLContext | None, name: str) -> None:
        self._address, self._tls = address, tls
        super().__init__(local_hostname=name, timeout=PATIENCE)

    def pinned(self, host: str, port: int) -> None:
        self._host = host
        code, told = self.connect(host, port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, told)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        plain = socket.create_connection((self._address, port), timeout)
        return plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname=host)


def is_no_address(code: int, told: str) -> bool:
    """Tell whether a mail server's answer says that an address is good for nothing; an enhanced code says it better."""
    enhanced = ENHANCED.match(told)
    if not 500 <= code < 600:
        return False
    return bool(NO_SUCH_ENHANCED.fullmatch(enhanced[1])) if enhanced else code in NO_SUCH


def _text(told: bytes | str) -> str:
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return text.replace("\x00", "")[:LONGEST_TOLD]
