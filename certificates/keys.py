"""The keys that sign: private halves as files that only this user reads, public halves as rows.

The loaded key is kept in memory. Every few minutes a process looks again, so that a new key takes over everywhere without
a restart; `retire` therefore lets a key sign a while longer, unless it is told that the key has leaked.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit import chain
from audit.models import Journal
from audit.violations import RuleViolation
from certificates.models import SigningKey
from certificates.signing import ALGORITHMS, KeySigner, PrivateKey, Signer, VerifyingKey, kid_of, make_private_key

RELOAD_SECONDS = 300
GRACE = timedelta(hours=1)
TRY_OUT_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""Keys that are made by themselves, outside production, also cover licences that a demo dates back."""


@dataclass
class _Loaded:
    """The key in memory, the folder it came from (a rehearsal has its own), and when it was read."""

    signer: Signer | None = None
    folder: Path | None = None
    at: float = 0.0


_loaded = _Loaded()


def signer() -> Signer:
    """The key to sign with now. Raises RuleViolation where there is none (in production `keys make` comes first)."""
    folder, now = Path(settings.KEYS_DIR), time.monotonic()
    if _loaded.signer is None or _loaded.folder != folder or now - _loaded.at > RELOAD_SECONDS:
        found, is_new = _load()
        if is_new and connection.in_atomic_block:
            return found  # its row may yet be rolled back: look again next time
        _loaded.signer, _loaded.folder, _loaded.at = found, folder, now
    return _loaded.signer


def forget() -> None:
    """Look for the key again at the next signature."""
    _loaded.signer = None


def _load() -> tuple[Signer, bool]:
    """The newest key whose private half is here, and whether keys were registered just now."""
    is_new = not settings.PRODUCTION and ensure()
    for row in SigningKey.objects.filter(retired_at=None).order_by("-valid_from", "-pk"):
        path = path_of(row.kid)
        if path.exists():
            return KeySigner(read_private(path)), is_new
    raise RuleViolation("no_signing_key", _("没有可用的签名密钥:请管理员运行 manage.py keys make"))


def path_of(kid: str) -> Path:
    """Where the private half of a key is kept."""
    return Path(settings.KEYS_DIR) / f"{kid}.pem"


def read_private(path: Path) -> PrivateKey:
    """The private key in a file. Raises ValueError for a file that holds none of ours."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise ValueError(f"{path.name}: not a key for codes")
    return key


def make(algorithm: str, *, actor: str, at: datetime) -> SigningKey:
    """Make a key that signs from `at` on. Raises RuleViolation for an algorithm that codes do not know."""
    if algorithm not in ALGORITHMS:
        raise RuleViolation(
            "unknown_algorithm", _("未知算法 %(name)s;可用:%(all)s") % _names(algorithm), field="algorithm"
        )
    private = make_private_key(algorithm)
    _write(private)
    with transaction.atomic():
        row = _register(private, valid_from=at, using="default")
        _note("key_made", row, actor=actor, at=at)
    forget()
    return row


def _names(algorithm: str) -> dict[str, str]:
    return {"name": algorithm, "all": ", ".join(ALGORITHMS)}


def retire(kid: str, *, actor: str, at: datetime, leaked: bool = False) -> SigningKey:
    """Let a key sign no more. A leaked one stops at once, another after an hour, when every process has looked again."""
    with transaction.atomic():
        row = SigningKey.objects.select_for_update().filter(kid=kid).first()
        if row is None:
            raise RuleViolation("unknown_key", _("没有这个密钥:%(kid)s") % {"kid": kid}, field="kid")
        if row.retired_at is not None:
            raise RuleViolation("already_retired", _("密钥 %(kid)s 已停用") % {"kid": kid}, field="kid")
        row.retired_at = at if leaked else at + GRACE
        row.save(update_fields=["retired_at"])
        _note("key_retired", row, actor=actor, at=at)
    forget()
    return row


def _note(act: str, row: SigningKey, *, actor: str, at: datetime) -> None:
    journal, _made = Journal.objects.select_for_update().get_or_create(name="keys")
    chain.append(journal, act=act, actor=actor, at=at, facts={"kid": row.kid, "algorithm": row.algorithm})
    journal.save(update_fields=["audit_length", "audit_head"])


def ensure(using: str = "default") -> bool:
    """Register the keys found as files, and make one where there is none: for trying out, demos and rehearsals.

    Says whether a row was written.
    """
    if SigningKey._meta.db_table not in connections[using].introspection.table_names():
        return False
    before = SigningKey.objects.using(using).count()
    paths = sorted(Path(settings.KEYS_DIR).glob("*.pem"))
    for path in paths:
        _register(read_private(path), valid_from=TRY_OUT_SINCE, using=using)
    if not SigningKey.objects.using(using).filter(retired_at=None, kid__in=[path.stem for path in paths]).exists():
        private = make_private_key("ES256")
        _write(private)
        _register(private, valid_from=TRY_OUT_SINCE, using=using)
    return SigningKey.objects.using(using).count() > before


def _register(private: PrivateKey, *, valid_from: datetime, using: str) -> SigningKey:
    public = private.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    number = KeySigner(private).algorithm
    name = next(name for name, value in ALGORITHMS.items() if value == number)
    row, _made = SigningKey.objects.using(using).get_or_create(
        kid=kid_of(public).hex(),
        defaults={"algorithm": name, "public_pem": pem.decode(), "valid_from": valid_from},
    )
    return row


def _write(private: PrivateKey) -> None:
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = path_of(kid_of(private.public_key()).hex())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


def verifying_keys() -> dict[bytes, VerifyingKey]:
    """Every key that ever signed; retired ones vouch for what they signed before."""
    return {key.kid: key for key in map(_verifying, SigningKey.objects.filter(~Q(public_pem="")))}


def _verifying(row: SigningKey) -> VerifyingKey:
    return _parsed(row.public_pem, row.algorithm, row.valid_from, row.retired_at)


@lru_cache(maxsize=64)
def _parsed(pem: str, algorithm: str, valid_from: datetime, retired_at: datetime | None) -> VerifyingKey:
    return VerifyingKey.from_pem(pem, algorithm=algorithm, valid_from=valid_from, retired_at=retired_at)
