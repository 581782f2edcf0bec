"""Signatures of codes: what signs, what verifies, and which algorithm belongs to which key.

Pure. Another signer is one more class with `kid`, `algorithm` and `sign`: `seal_server` has one whose key is elsewhere.
"""

import base64
import hashlib
import re
import textwrap
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from certificates.signers import sm2

ES256 = -7
EDDSA = -8
SM2 = -65538
ALGORITHMS = {"ES256": ES256, "EdDSA": EDDSA, "SM2": SM2}
"""COSE's numbers (RFC 9053); SM2 has none yet and takes one for private use."""

MADE_HERE = ("ES256", "EdDSA")
"""Algorithms whose private keys this house makes and keeps; the others' stay in a seal server."""

SIGNATURE_BYTES = 64
KID_BYTES = 8
_HALF = 32
_P256 = ec.SECP256R1()
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | sm2.PublicKey
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*")


class Signer(Protocol):
    """Whatever signs codes: `kid` names its key (8 bytes), `algorithm` is COSE's number."""

    @property
    def kid(self) -> bytes: ...

    @property
    def algorithm(self) -> int: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes; for ES256 r and s, s in the lower half of the order so that no second form exists."""
        ...


def spki_of(public: PublicKey) -> bytes:
    """The key's SubjectPublicKeyInfo."""
    if isinstance(public, sm2.PublicKey):
        return public.spki
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def pem_of(public: PublicKey) -> str:
    """The key as text."""
    lines = textwrap.wrap(base64.b64encode(spki_of(public)).decode(), 64)
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def public_of(pem: str, algorithm: str) -> PublicKey:
    """The public key of a text. Raises ValueError where it is none of that algorithm."""
    found = _PEM.fullmatch(pem.strip())
    if found is None or algorithm not in ALGORITHMS:
        raise ValueError(f"not a public key for {algorithm}")
    der = base64.b64decode("".join(found[1].split()), validate=True)
    if ALGORITHMS[algorithm] == SM2:
        return sm2.PublicKey.from_spki(der)
    try:
        public = serialization.load_der_public_key(der)
    except UnsupportedAlgorithm as error:
        raise ValueError(f"not a public key for {algorithm}") from error
    wanted = ed25519.Ed25519PublicKey if ALGORITHMS[algorithm] == EDDSA else ec.EllipticCurvePublicKey
    if not isinstance(public, wanted) or getattr(public, "curve", _P256).name != _P256.name:
        raise ValueError(f"not a public key for {algorithm}")
    return public


def kid_of(public: PublicKey) -> bytes:
    """The first 8 bytes of the SHA-256 of the key's SubjectPublicKeyInfo."""
    return hashlib.sha256(spki_of(public)).digest()[:KID_BYTES]


def low_s(signature: bytes) -> bytes:
    """An ECDSA signature in the one form that is accepted: s in the lower half of the order."""
    s = int.from_bytes(signature[_HALF:], "big")
    return (
        signature[:_HALF] + (_P256_ORDER - s).to_bytes(_HALF, "big")
        if _P256_ORDER > s > _P256_ORDER // 2
        else signature
    )


def make_private_key(algorithm: str) -> PrivateKey:
    """A new key for `ES256` or `EdDSA`."""
    if ALGORITHMS[algorithm] == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class KeySigner:
    """Signs with a private key held in memory."""

    private: PrivateKey

    @property
    def kid(self) -> bytes:
        return kid_of(self.private.public_key())

    @property
    def algorithm(self) -> int:
        return EDDSA if isinstance(self.private, ed25519.Ed25519PrivateKey) else ES256

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return low_s(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big"))


@dataclass(frozen=True)
class VerifyingKey:
    """A public key, the one algorithm it may be used with, and the time within which it signed."""

    kid: bytes
    algorithm: int
    public: PublicKey
    valid_from: datetime
    retired_at: datetime | None = None
    leaked: bool = False
    """Whoever has it dates what he signs as he likes: its signature proves nothing to whom has no record beside it."""

    @classmethod
    def from_pem(
        cls,
        pem: str,
        *,
        algorithm: str,
        valid_from: datetime,
        retired_at: datetime | None = None,
        leaked: bool = False,
    ) -> "VerifyingKey":
        """Raises ValueError where the text is no public key of that algorithm."""
        public = public_of(pem, algorithm)
        return cls(kid_of(public), ALGORITHMS[algorithm], public, valid_from, retired_at, leaked)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the 64 bytes are this key's signature of the message."""
        if isinstance(self.public, sm2.PublicKey):
            return self.public.verifies(signature, message)
        try:
            if isinstance(self.public, ed25519.Ed25519PublicKey):
                self.public.verify(signature, message)
                return True
            r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
            if not (0 < r < _P256_ORDER and 0 < s <= _P256_ORDER // 2):
                return False
            self.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
