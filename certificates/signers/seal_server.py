"""A signature server that keeps the private key (签名验签服务器, 密码机): SM2, or any algorithm whose signatures are verified here.

It is sent `{"kid", "algorithm", "message"}` by POST, the message in base64, with `Authorization: Bearer …`, and answers with
`{"signature"}`: 64 bytes (r and s) in base64. A district whose server speaks otherwise puts a small adapter of its own before it.
What comes back is verified before it is used: nothing is printed that would not be accepted.
"""

import base64
import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from certificates.signers.signing import ALGORITHMS, ES256, SIGNATURE_BYTES, VerifyingKey, low_s

TIMEOUT = 3.0
"""Seconds. A case waits for its signature, so that a server which is slow counts as away."""
LONGEST_ANSWER = 4000
HERE = ("127.0.0.1", "::1", "localhost")


class SealServerFailed(Exception):
    """The server is away, refuses, or signs with another key. The message is for the log."""


@dataclass(frozen=True)
class SealServer:
    """A signer whose key is in the server at `url`; redirects are not followed, since they could lead messages anywhere."""

    url: str
    key: VerifyingKey
    token: str = ""
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise ValueError(f"{self.url}: write an https:// address")

    @property
    def kid(self) -> bytes:
        return self.key.kid

    @property
    def algorithm(self) -> int:
        return self.key.algorithm

    def sign(self, message: bytes) -> bytes:
        """The verified signature. Raises RuleViolation where the server gives none: the act is not done, and can be repeated."""
        try:
            return self._signature(message)
        except SealServerFailed as error:
            raise RuleViolation(
                "seal_unavailable", _("签名服务器暂时不可用,未签发;请稍后再试(%(why)s)") % {"why": error}
            ) from error

    def _signature(self, message: bytes) -> bytes:
        name = next(name for name, number in ALGORITHMS.items() if number == self.algorithm)
        asked = {"kid": self.kid.hex(), "algorithm": name, "message": base64.b64encode(message).decode()}
        try:
            status, answer = self._post(json.dumps(asked).encode())
            if status != http.HTTPStatus.OK:
                raise SealServerFailed(f"HTTP {status}")
            signature = base64.b64decode(_text(json.loads(answer)), validate=True)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SealServerFailed(type(error).__name__) from error
        if self.algorithm == ES256 and len(signature) == SIGNATURE_BYTES:
            signature = low_s(signature)
        if len(signature) != SIGNATURE_BYTES or not self.key.verifies(signature, message):
            raise SealServerFailed("another key's signature")
        return signature

    def _post(self, body: bytes) -> tuple[int, bytes]:
        """Status and the beginning of the answer."""
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request("POST", parts.path or "/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(LONGEST_ANSWER)
        finally:
            connection.close()


def _text(answer: Any) -> str:
    """The answer's signature. Raises ValueError."""
    if not isinstance(answer, dict) or not isinstance(answer.get("signature"), str):
        raise ValueError("no signature")
    return str(answer["signature"])
