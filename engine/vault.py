"""Secrets that must be read again, at rest: encrypted with a key made from the installation's secret."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import BihuanError


class KeyLost(BihuanError):
    """Something was encrypted under another secret of the installation."""

    code = "vault.key_lost"


class Vault:
    """Encrypts and decrypts. secret: the installation's (BIHUAN_SECRET); purpose: each has a key of its own."""

    def __init__(self, secret: str, purpose: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=f"bihuan {purpose}".encode()).derive(secret.encode())
        self._box = Fernet(base64.urlsafe_b64encode(key))

    def lock(self, text: str) -> str:
        """Encrypt."""
        return self._box.encrypt(text.encode()).decode()

    def unlock(self, text: str) -> str:
        """Decrypt. Raises KeyLost."""
        try:
            return self._box.decrypt(text.encode()).decode()
        except InvalidToken:
            raise KeyLost(
                "这项内容是用另一个 BIHUAN_SECRET 加密的,无法使用;请换回原来的值,或重新设置。"
            ) from None
