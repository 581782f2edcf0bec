"""SM2: signatures of other people's programs are verified, and a seal server signs in our place."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from audit.violations import RuleViolation
from certificates import code
from certificates.signers import sm2
from certificates.signers.seal_server import SealServer
from certificates.signers.signing import VerifyingKey, pem_of, public_of
from tests.certificates.factories import content
from tests.vectors.issuer import CHINESE, MAIN, FixedSigner, Sm2Signer

OPENSSL_PEM = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEMsMzwQjRwiwbKoYSYtYixLGufVSp
fT5s5Jvui0r/UH8WBuwaOnkDoAG6z9SOaXufWwyd3q71HLr/2syM+y+SHw==
-----END PUBLIC KEY-----
"""
OPENSSL_SIGNATURE = bytes.fromhex(
    "52a1a3ac1385e2ef3ba5d545d86da7f9b97f1166f87bb5737bdc1c883816d9a6"
    "a4b3a2292f3f579b391e0201b667d4420ba1bebc306e25edeca6cf9c772b13e2"
)
"""OpenSSL 3.0.19: `openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678` of "One Licence"."""

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TOKEN = "a-token-of-the-tests"


def known(signer: FixedSigner | Sm2Signer, algorithm: str = "SM2") -> VerifyingKey:
    public = signer.public if isinstance(signer, Sm2Signer) else signer.private.public_key()
    return VerifyingKey.from_pem(pem_of(public), algorithm=algorithm, valid_from=SINCE)


def test_a_signature_made_by_openssl_is_verified() -> None:
    public = public_of(OPENSSL_PEM, "SM2")
    assert isinstance(public, sm2.PublicKey)
    assert public.verifies(OPENSSL_SIGNATURE, b"One Licence")
    assert not public.verifies(OPENSSL_SIGNATURE, b"One licence")
    assert pem_of(public) == OPENSSL_PEM


def test_every_flipped_byte_of_a_signature_is_found() -> None:
    public = public_of(OPENSSL_PEM, "SM2")
    assert isinstance(public, sm2.PublicKey)
    for place in range(0, 64, 3):
        changed = bytearray(OPENSSL_SIGNATURE)
        changed[place] ^= 1
        assert not public.verifies(bytes(changed), b"One Licence")


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_a_key_of_one_algorithm_is_none_of_another(algorithm: str) -> None:
    with pytest.raises(ValueError):
        public_of(OPENSSL_PEM, algorithm)


def test_what_is_no_point_of_the_curve_is_no_key() -> None:
    der = bytearray(CHINESE.public.spki)
    der[-1] ^= 1
    with pytest.raises(ValueError, match="point"):
        sm2.PublicKey.from_spki(bytes(der))
    with pytest.raises(ValueError):
        public_of(pem_of(MAIN.private.public_key()), "SM2")


@contextmanager
def serving(mode: str) -> Iterator[str]:
    """The address of a seal server in another process."""
    command = [sys.executable, "-m", "tests.certificates.seal_server", mode, TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/sign"
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("signer", "algorithm", "mode"), [(CHINESE, "SM2", "good"), (MAIN, "ES256", "good"), (MAIN, "ES256", "high")]
)
def test_a_seal_server_signs_codes(signer: FixedSigner | Sm2Signer, algorithm: str, mode: str) -> None:
    key = known(signer, algorithm)
    with serving(mode) as url:
        raw = code.seal(content(), SealServer(url, key, TOKEN))
    assert len(raw) <= 260
    assert code.verify(code.parse_bytes(raw), {key.kid: key}) == content()


@pytest.mark.parametrize("mode", ["wrong", "noise", "elsewhere", "slow", "unauthorised"])
def test_a_seal_server_that_fails_signs_nothing(mode: str) -> None:
    with serving(mode) as url:
        server = SealServer(url, known(CHINESE), "" if mode == "unauthorised" else TOKEN, timeout=0.5)
        with pytest.raises(RuleViolation, match="签名服务器") as refused:
            server.sign(b"message")
    assert refused.value.code == "seal_unavailable"


def test_a_seal_server_that_is_away_signs_nothing() -> None:
    with serving("good") as url:
        pass
    with pytest.raises(RuleViolation):
        SealServer(url, known(CHINESE), TOKEN, timeout=0.5).sign(b"message")


@pytest.mark.parametrize("url", ["http://seal.example.gov.cn/sign", "ftp://127.0.0.1/", "seal"])
def test_messages_go_to_no_address_in_the_clear(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        SealServer(url, known(CHINESE))
