"""Signatures of codes: what signs, what verifies, and which algorithm belongs to which key.

Pure. Another signer (an HSM, a signature server with SM2) is one more class with `kid`, `algorithm` and `sign`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ES256 = -7
EDDSA = -8
ALGORITHMS = {"ES256": ES256, "EdDSA": EDDSA}
"""COSE's numbers (RFC 9053)."""

SIGNATURE_BYTES = 64
KID_BYTES = 8
_HALF = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


class Signer(Protocol):
    """Whatever signs codes: `kid` names its key (8 bytes), `algorithm` is COSE's number."""

    @property
    def kid(self) -> bytes: ...

    @property
    def algorithm(self) -> int: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes; for ES256 r and s, s in the lower half of the order so that no second form exists."""
        ...


def kid_of(public: PublicKey) -> bytes:
    """The first 8 bytes of the SHA-256 of the key's SubjectPublicKeyInfo."""
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()[:KID_BYTES]


def make_private_key(algorithm: str) -> PrivateKey:
    """A new key for `ES256` or `EdDSA`. Raises KeyError for anything else."""
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
        return r.to_bytes(_HALF, "big") + min(s, _P256_ORDER - s).to_bytes(_HALF, "big")


@dataclass(frozen=True)
class VerifyingKey:
    """A public key, the one algorithm it may be used with, and the time within which it signed."""

    kid: bytes
    algorithm: int
    public: PublicKey
    valid_from: datetime
    retired_at: datetime | None = None

    @classmethod
    def from_pem(
        cls, pem: str, *, algorithm: str, valid_from: datetime, retired_at: datetime | None = None
    ) -> "VerifyingKey":
        """Raises ValueError where the text is no public key of that algorithm."""
        public = serialization.load_pem_public_key(pem.encode())
        number = ALGORITHMS.get(algorithm)
        if isinstance(public, ec.EllipticCurvePublicKey) and number == ES256 and public.curve.name == "secp256r1":
            return cls(kid_of(public), ES256, public, valid_from, retired_at)
        if isinstance(public, ed25519.Ed25519PublicKey) and number == EDDSA:
            return cls(kid_of(public), EDDSA, public, valid_from, retired_at)
        raise ValueError(f"not a public key for {algorithm}")

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the 64 bytes are this key's signature of the message."""
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
