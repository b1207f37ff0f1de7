"""An authority of our own that issues certificates for made-up hosts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

BEGAN = datetime.now(UTC) - timedelta(hours=1)


class Authority:
    """Keeps its files in a folder. file: the PEM that a client trusts it by."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        ours = self._builder(self._name, self._key.public_key(), ca=True).add_extension(
            x509.KeyUsage(
                **dict.fromkeys(
                    ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
                    False,
                ),
                **dict.fromkeys(("key_agreement", "encipher_only", "decipher_only"), False),
                **dict.fromkeys(("key_cert_sign", "crl_sign"), True),
            ),
            critical=True,
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(ours.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def certificate(self, host: str) -> Path:
        """Return a file with a key and a certificate for this host alone."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        named = x509.SubjectAlternativeName([x509.DNSName(host)])
        issued = self._builder(subject, key.public_key(), ca=False).add_extension(named, critical=False)
        file = self._folder / f"{host}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + issued.sign(self._key, SHA256()).public_bytes(Encoding.PEM))
        return file

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool
    ) -> x509.CertificateBuilder:
        begun = x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
        until = begun.not_valid_before(BEGAN).not_valid_after(BEGAN + timedelta(days=2))
        return until.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
