"""Private keys as files in KEYS_DIR: outside database and repository, for this user only, with a passphrase where one is set.

`<kid>.pem` is a private key. `<kid>.seal` names the seal server that keeps one: `{"url": "https://…"}`.
"""

import json
import os
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings
from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from certificates.signers.signing import PrivateKey, kid_of

OTHERS = stat.S_IRWXG | stat.S_IRWXO
CHANGED = ".changed"
"""A file whose time says when a key was last made, rotated or retired."""


def path_of(kid: str) -> Path:
    """Where the private half of a key is kept."""
    return Path(settings.KEYS_DIR) / f"{kid}.pem"


def seal_path_of(kid: str) -> Path:
    """Where it is said which seal server keeps the private half of a key."""
    return Path(settings.KEYS_DIR) / f"{kid}.seal"


def is_here(kid: str) -> bool:
    """Whether this machine can sign with the key."""
    return path_of(kid).exists() or seal_path_of(kid).exists()


def tell_all() -> None:
    """Have every process that signs with the keys of this folder look again at its next signature."""
    # Where nothing can be written here, nothing was made here either: the processes look again by themselves, later.
    with suppress(OSError):
        Path(settings.KEYS_DIR, CHANGED).touch(mode=0o600)


def changed_at() -> int:
    """The moment of the last change, in nanoseconds; 0 where there was none."""
    try:
        return Path(settings.KEYS_DIR, CHANGED).stat().st_mtime_ns
    except OSError:
        return 0


def read_private(path: Path) -> PrivateKey:
    """The private key in a file. Raises RuleViolation for one that does not open, and in production for one that others may read."""
    if settings.PRODUCTION and path.stat().st_mode & OTHERS:
        raise RuleViolation(
            "key_exposed", _("私钥文件 %(name)s 可被其他用户读取:请执行 chmod 600,并考虑更换密钥") % {"name": path.name}
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=_passphrase(path))
    except (ValueError, TypeError) as error:
        raise RuleViolation(
            "key_locked", _("私钥文件 %(name)s 打不开:请核对 KEYS_PASSPHRASE") % {"name": path.name}
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise RuleViolation("key_locked", _("文件 %(name)s 不是签名私钥") % {"name": path.name})
    return key


def _passphrase(path: Path) -> bytes | None:
    """What opens the file; nothing for one that was written before a passphrase was set."""
    is_locked = b"ENCRYPTED" in path.read_bytes()[:100]
    return settings.KEYS_PASSPHRASE.encode() if is_locked and settings.KEYS_PASSPHRASE else None


def write_private(private: PrivateKey) -> None:
    """Write the key to its file, which must not be there yet."""
    passphrase = settings.KEYS_PASSPHRASE.encode()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption(),
    )
    write_new(path_of(kid_of(private.public_key()).hex()), pem)


def write_seal(kid: str, url: str) -> None:
    """Say which seal server keeps the key."""
    write_new(seal_path_of(kid), json.dumps({"url": url}).encode())


def seal_url(kid: str) -> str:
    """The address of the seal server that keeps the key."""
    return str(json.loads(seal_path_of(kid).read_text(encoding="utf-8"))["url"])


def write_new(path: Path, content: bytes) -> None:
    """Write a file for this user only, which must not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
