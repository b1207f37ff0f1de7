"""Codes of half a minute from a phone (TOTP, RFC 6238): the secret, its picture, which half minute a code is of."""

from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

STEP_SECONDS = 30


def new_secret() -> str:
    """Return a fresh secret for a phone."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Tell whether a text can be such a secret."""
    return len(text) == len(new_secret()) and text.isascii() and text.isalnum() and text.isupper()


def picture(secret: str, login: str, issuer: str) -> str:
    """Return the QR code that a phone reads, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)
    drawn: str = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=False)
    return drawn


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the half minute a code belongs to: the one of `at`, the one before or the one after."""
    totp, digits = pyotp.TOTP(secret), "".join(code.split())
    now = int(at.timestamp()) // STEP_SECONDS
    steps = [step for step in (now - 1, now, now + 1) if compare_digest(totp.generate_otp(step), digits)]
    return steps[-1] if steps else None


def sealed(secret: str, key: str) -> str:
    """Return what is kept of a secret. key: the installation's."""
    return _cipher(key).encrypt(secret.encode()).decode()


def opened(kept: str, key: str) -> str | None:
    """Return the secret again; None if the installation's key was changed: only recovery codes are left."""
    try:
        return _cipher(key).decrypt(kept.encode()).decode()
    except InvalidToken:
        return None


def _cipher(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"second factor:" + key.encode()).digest()))
