"""Signatures of HTTP requests (RFC 9421, HMAC-SHA-256) and the digest of what they carry (RFC 9530). Pure.

What is signed: method, host, path, and of a request with content its digest and the key by which a repetition is known; with the
moment and a number used once, so that a request overheard cannot be sent again.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

LABEL, ALGORITHM = "one-licence", "hmac-sha256"


def content_digest(body: bytes) -> str:
    """The header of this name."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def parameters(names: Sequence[str], values: Mapping[str, str | int]) -> str:
    """What is signed, in which order, and how: the text of `@signature-params`."""
    covered = " ".join(f'"{name}"' for name in names)
    more = "".join(f";{name}={value if isinstance(value, int) else _quoted(value)}" for name, value in values.items())
    return f"({covered}){more}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def signature(parts: Mapping[str, str], params: str, secret: bytes) -> str:
    """The signature over these components, in base64."""
    lines = [f'"{name}": {value}' for name, value in parts.items()]
    base = "\n".join([*lines, f'"@signature-params": {params}'])
    return base64.b64encode(hmac.digest(secret, base.encode(), "sha256")).decode()


def headers(parts: Mapping[str, str], *, secret: bytes, key_id: str, created: int, nonce: str) -> dict[str, str]:
    """The two headers of a signed request; `created` in seconds since 1970."""
    said: dict[str, str | int] = {"created": created, "nonce": nonce, "keyid": key_id, "alg": ALGORITHM}
    params = parameters(list(parts), said)
    return {
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{signature(parts, params, secret)}:",
    }
