"""Codes of half a minute from a phone (TOTP, RFC 6238): the secret, its picture, which half minute a code is of."""

from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

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
