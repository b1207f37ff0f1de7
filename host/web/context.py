"""What every request finds: the running system, who sits before the screen, the token of its forms."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import cast

from flask import current_app, g, request

from engine.errors import NotAllowed
from host.accounts.oidc import Service
from host.composition import Bihuan
from host.health.leaving import Leaving
from host.health.tally import Tally
from host.health.watching import Watch
from host.web.acting import Acting
from host.web.rates import Rates

COOKIE = "bihuan_session"
OF_NOBODY = frozenset({"static", "live", "ready", "metrics"})
"""What files and machines ask for: no session is looked for and none begun."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class System:
    """The system an application serves, and how it serves it."""

    bihuan: Bihuan
    secret: str
    https: bool
    demo: bool
    oidc: Service | None = None
    tally: Tally = field(default_factory=lambda: Tally(()))
    watch: Watch | None = None
    leaving: Leaving = field(default_factory=Leaving)
    rates: Rates | None = None

    @property
    def stands_still(self) -> bool:
        """Whether no deadline is being fired, as far as this process noticed."""
        return self.watch is not None and self.watch.still


def system() -> System:
    """Return the system of the application that handles this request."""
    return cast(System, current_app.extensions["bihuan"])


def somebody() -> Acting | None:
    """Return who is signed in."""
    return cast("Acting | None", g.get("acting"))


def acting_now() -> Acting:
    """Return who is signed in. Raises NotAllowed if nobody is."""
    found = somebody()
    if found is None:
        raise NotAllowed("请先登录。", code="sign_in.needed")
    return found


def only_looks() -> bool:
    """Tell whether a request only looks: such a one carries no form token, so it must not change anything."""
    return request.method in SAFE


def form_token() -> str:
    """Return what forms of this browser's session carry: bound to its cookie, useless in another.

    In each answer it looks different: a random mask, and the token under it.
    """
    mask = secrets.token_bytes(32)
    return (mask + _xor(mask, _token())).hex()


def is_form_token(found: str) -> bool:
    """Tell whether somebody sent a token of this browser's session."""
    try:
        sent = bytes.fromhex(found)
    except ValueError:
        return False
    return hmac.compare_digest(_xor(sent[:32], sent[32:]), _token())


def _token() -> bytes:
    message = b"form:" + cast(str, g.cookie).encode()
    return hmac.new(system().secret.encode(), message, sha256).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
