"""A sealer for the tests of this room: a key in memory with a certificate that it signed itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
SealKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class TestSealer:
    """Seals with the key."""

    __test__ = False
    key: SealKey
    certificate: bytes
    issuers: tuple[bytes, ...] = ()

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def certificate_for(
    key: SealKey, name: str = "示例印章", *, until: datetime = UNTIL, seals: bool = True
) -> x509.Certificate:
    """A certificate that the key signed itself; without `seals` it is for other uses."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7, SINCE, until)
    usage = x509.KeyUsage(
        digital_signature=seals,
        content_commitment=seals,
        key_encipherment=not seals,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def sealer(key: SealKey | None = None) -> TestSealer:
    """A sealer with a fresh P-256 key, or with this one."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    return TestSealer(key, certificate_for(key).public_bytes(serialization.Encoding.DER))
