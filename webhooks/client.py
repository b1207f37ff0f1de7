"""The guarded client: a pinned address, no redirects, no proxies, little patience, a short answer."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from webhooks.addresses import AddressRefused, Network, locate

PATIENCE = Timeout(connect=5, read=15, total=20)
LONGEST_ANSWER = 1_000


@dataclass(frozen=True)
class Answer:
    """What came back. status: None if nobody answered; retry_after: seconds the other side asks us to wait."""

    status: int | None
    told: str
    milliseconds: int
    retry_after: int | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300


class Client:
    """Posts to other systems. allowed: private networks that are permitted; authorities: a PEM file, None is the usual."""

    def __init__(self, allowed: Network = (), authorities: str | None = None) -> None:
        self.allowed = allowed
        self._tls = ssl.create_default_context(cafile=authorities or certifi.where())

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once; whatever happens becomes an answer."""
        began = time.monotonic()
        try:
            status, told, wait = self._post(address, body, headers)
        except AddressRefused as error:
            status, told, wait = None, error.text, None
        except (HTTPError, OSError) as error:
            status, told, wait = None, f"没有应答:{type(error).__name__}", None
        return Answer(status, told, int((time.monotonic() - began) * 1000), wait)

    def _post(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, int | None]:
        target = locate(address, allowed=self.allowed)
        sent = {**headers, "Host": _host(target.host, target.port, target.scheme), "User-Agent": "bihuan"}
        pool: HTTPConnectionPool
        if target.scheme == "https":
            pool = HTTPSConnectionPool(
                target.address,
                target.port,
                ssl_context=self._tls,
                server_hostname=target.host,
                assert_hostname=target.host,
            )
        else:
            pool = HTTPConnectionPool(target.address, target.port)
        with pool:
            answer = pool.urlopen(
                "POST",
                target.path,
                body,
                sent,
                retries=False,
                redirect=False,
                timeout=PATIENCE,
                preload_content=False,
                decode_content=False,
            )
            try:
                told = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
            finally:
                answer.close()
            return answer.status, told.replace("\x00", ""), _seconds(answer.headers.get("Retry-After"))


def _host(host: str, port: int, scheme: str) -> str:
    named = f"[{host}]" if ":" in host else host
    return named if port == (443 if scheme == "https" else 80) else f"{named}:{port}"


def _seconds(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
