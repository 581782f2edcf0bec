"""What seals papers: a certificate with its key in a PKCS #12 file of KEYS_DIR, or with its key in a seal server.

`<name>.p12` holds certificate, issuers and key under KEYS_PASSPHRASE; `<name>.sealer` says which server keeps the key:
`{"url": "https://…", "chain": [PEM …]}`. The name is the beginning of the certificate's fingerprint. An opened key stays loaded.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from certificates.signers.keyfiles import OTHERS, write_new
from certificates.signers.seal_server import SealServer
from certificates.signers.signing import ES256, VerifyingKey, kid_of
from paper.sealing import Sealer

NAME_SIGNS = 16
LEAST_RSA_BITS = 2048
_HALF = 32
SealKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def der_of(certificate: x509.Certificate) -> bytes:
    """The certificate's bytes."""
    return certificate.public_bytes(serialization.Encoding.DER)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """By which a certificate is known: the SHA-256 of its bytes."""
    return certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True)
class FileSealer:
    """Seals with a key in memory; P-256, P-384, or RSA."""

    certificate: bytes
    issuers: tuple[bytes, ...]
    key: SealKey

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class ServerSealer:
    """Seals with a P-256 key in a seal server, which is asked as for codes."""

    certificate: bytes
    issuers: tuple[bytes, ...]
    server: SealServer

    def sign(self, message: bytes) -> bytes:
        raw = self.server.sign(message)
        return encode_dss_signature(int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))


def path_of(fingerprint: str, kind: str) -> Path:
    """Where a certificate's key is kept (`p12`), or said to be kept (`sealer`)."""
    return Path(settings.KEYS_DIR) / f"{fingerprint[:NAME_SIGNS]}.{kind}"


def find(fingerprint: str) -> Sealer | None:
    """The sealer of a certificate; None where this machine has neither its key nor its server."""
    if (path := path_of(fingerprint, "p12")).exists():
        return _opened(path)
    return _served(path) if (path := path_of(fingerprint, "sealer")).exists() else None


def is_here(fingerprint: str) -> bool:
    """Whether this machine can seal with the certificate."""
    return any(path_of(fingerprint, kind).exists() for kind in ("p12", "sealer"))


@lru_cache(maxsize=8)
def _opened(path: Path) -> FileSealer:
    """Raises RuleViolation for a file that does not open, and in production for one that others may read."""
    if settings.PRODUCTION and path.stat().st_mode & OTHERS:
        raise RuleViolation(
            "key_exposed", _("私钥文件 %(name)s 可被其他用户读取:请执行 chmod 600,并考虑更换密钥") % {"name": path.name}
        )
    return read(path.read_bytes(), settings.KEYS_PASSPHRASE)


@lru_cache(maxsize=8)
def _served(path: Path) -> ServerSealer:
    told = json.loads(path.read_text(encoding="utf-8"))
    return served([x509.load_pem_x509_certificate(pem.encode()) for pem in told["chain"]], told["url"])


def read(content: bytes, passphrase: str) -> FileSealer:
    """The sealer in a PKCS #12 file. Raises RuleViolation for one that does not open, or with a key that cannot seal."""
    try:
        key, certificate, issuers = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except ValueError as error:
        words = _("电子印章文件打不开：请核对口令，文件须为 PKCS #12（.p12、.pfx）")
        raise RuleViolation("seal_locked", words) from error
    is_curve = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in ("secp256r1", "secp384r1")
    is_rsa = isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS
    if certificate is None or not (is_curve or is_rsa):
        words = _("电子印章须有证书和私钥，算法为 P-256、P-384 或不短于 2048 位的 RSA；国密印章请接入签名服务器")
        raise RuleViolation("seal_unsuitable", words)
    return FileSealer(der_of(certificate), tuple(map(der_of, issuers)), key)  # type: ignore[arg-type]


def served(chain: Sequence[x509.Certificate], url: str) -> ServerSealer:
    """The sealer whose key is at `url`. Raises RuleViolation for a certificate of another kind, ValueError for the address."""
    first = chain[0]
    public = first.public_key()
    if not (isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp256r1"):
        raise RuleViolation("seal_unsuitable", _("签名服务器中的电子印章证书须为 P-256"))
    key = VerifyingKey(kid_of(public), ES256, public, datetime(2000, 1, 1, tzinfo=UTC))
    server = SealServer(url, key, settings.SEAL_SERVER_TOKEN)
    return ServerSealer(der_of(first), tuple(map(der_of, chain[1:])), server)


def keep(sealer: FileSealer) -> None:
    """Write certificate and key to their file, which must not be there yet."""
    passphrase = settings.KEYS_PASSPHRASE.encode()
    first, *issuers = map(x509.load_der_x509_certificate, (sealer.certificate, *sealer.issuers))
    content = pkcs12.serialize_key_and_certificates(
        None,
        sealer.key,
        first,
        issuers,
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption(),
    )
    write_new(path_of(fingerprint_of(first), "p12"), content)


def keep_server(sealer: ServerSealer) -> None:
    """Say which server keeps the key."""
    first, *_rest = chain = [x509.load_der_x509_certificate(der) for der in (sealer.certificate, *sealer.issuers)]
    told = {"url": sealer.server.url, "chain": [pem_of(certificate) for certificate in chain]}
    write_new(path_of(fingerprint_of(first), "sealer"), json.dumps(told).encode())


def pem_of(certificate: x509.Certificate) -> str:
    """The certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
