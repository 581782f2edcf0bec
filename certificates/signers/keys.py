"""The keys that sign: private halves as files (`keyfiles`) or in a seal server, public halves as rows.

The loaded key is kept in memory. A process looks again at its next signature once a command has changed the keys of its folder,
and every few minutes in any case, so that a new key takes over everywhere without a restart. A key signs from `valid_from` until
an hour before `retired_at`, when every process has looked again; one that has leaked stops at once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit import chain
from audit.models import Journal
from audit.violations import RuleViolation
from certificates.models import SigningKey
from certificates.signers import keyfiles
from certificates.signers.seal_server import SealServer
from certificates.signers.signing import (
    ALGORITHMS,
    MADE_HERE,
    KeySigner,
    PublicKey,
    Signer,
    VerifyingKey,
    kid_of,
    make_private_key,
    pem_of,
    public_of,
)

RELOAD_SECONDS = 300
GRACE = timedelta(hours=1)
TRY_OUT_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""Keys that are made by themselves, outside production, also cover licences that a demo dates back."""


@dataclass
class _Loaded:
    """The key in memory, the folder it came from (a rehearsal has its own), the folder's last change, and when it was read."""

    signer: Signer | None = None
    folder: Path | None = None
    change: int = 0
    at: float = 0.0


_loaded = _Loaded()


def signer() -> Signer:
    """The key to sign with now. Raises RuleViolation where there is none (in production `keys make` comes first)."""
    folder, change, now = Path(settings.KEYS_DIR), keyfiles.changed_at(), time.monotonic()
    is_same = (_loaded.folder, _loaded.change) == (folder, change)
    if _loaded.signer is None or not is_same or now - _loaded.at > RELOAD_SECONDS:
        found, is_new = _load()
        if is_new and connection.in_atomic_block:
            return found  # its row may yet be rolled back: look again next time
        _loaded.signer, _loaded.folder, _loaded.change, _loaded.at = found, folder, change, now
    return _loaded.signer


def forget() -> None:
    """Look for the key again at the next signature."""
    _loaded.signer = None


def signing(using: str = "default") -> QuerySet[SigningKey]:
    """The keys that may sign now, by the database's clock; the newest first."""
    kept = Q(retired_at=None) | Q(retired_at__gt=Now() + GRACE)
    return SigningKey.objects.using(using).filter(kept, valid_from__lte=Now()).order_by("-valid_from", "-pk")


def _load() -> tuple[Signer, bool]:
    """The newest key that this machine can sign with, and whether keys were registered just now."""
    is_new = not settings.PRODUCTION and ensure()
    for row in signing():
        if keyfiles.path_of(row.kid).exists():
            return KeySigner(keyfiles.read_private(keyfiles.path_of(row.kid))), is_new
        if keyfiles.seal_path_of(row.kid).exists():
            return SealServer(keyfiles.seal_url(row.kid), _verifying(row), settings.SEAL_SERVER_TOKEN), is_new
    raise RuleViolation("no_signing_key", _("没有可用的签名密钥:请管理员运行 manage.py keys make"))


def make(algorithm: str, *, actor: str, at: datetime, begins: datetime | None = None) -> SigningKey:
    """Make a key that signs from `begins` on (from now on where it is left out): until then it is only made known.

    Raises RuleViolation for an algorithm whose keys are not made here.
    """
    if algorithm not in MADE_HERE:
        raise RuleViolation(
            "unknown_algorithm",
            _("不能在本机生成 %(name)s 密钥;可用:%(all)s") % {"name": algorithm, "all": ", ".join(MADE_HERE)},
            field="algorithm",
        )
    private = make_private_key(algorithm)
    keyfiles.write_private(private)
    return _add(private.public_key(), algorithm, actor=actor, at=at, begins=begins)


def adopt(pem: str, algorithm: str, *, url: str, actor: str, at: datetime) -> SigningKey:
    """Let a key sign whose private half is in a seal server. Raises RuleViolation for what is no such key or address."""
    try:
        public = public_of(pem, algorithm)
        SealServer(url, VerifyingKey(kid_of(public), ALGORITHMS[algorithm], public, at))
    except ValueError as error:
        raise RuleViolation("not_a_key", _("不是可用的公钥或地址:%(why)s") % {"why": error}) from error
    kid = kid_of(public).hex()
    if SigningKey.objects.filter(kid=kid).exists():
        raise RuleViolation("known_key", _("密钥 %(kid)s 已经登记") % {"kid": kid}, field="kid")
    keyfiles.write_seal(kid, url)
    return _add(public, algorithm, actor=actor, at=at, begins=None)


def _add(public: PublicKey, algorithm: str, *, actor: str, at: datetime, begins: datetime | None) -> SigningKey:
    # Codes say the second in which they were signed: a key begins with a whole one.
    begin = (begins or at).replace(microsecond=0)
    with transaction.atomic():
        row = _register(public, algorithm, valid_from=begin, using="default")
        _note("key_made", row, actor=actor, at=at)
        transaction.on_commit(keyfiles.tell_all)
    forget()
    return row


def rotate(algorithm: str, *, actor: str, at: datetime, after: timedelta = timedelta()) -> list[SigningKey]:
    """Make a key that signs after a while, and let every other one end then. The while lets verifiers learn of it first."""
    begins = at + after
    with transaction.atomic():
        row = make(algorithm, actor=actor, at=at, begins=begins)
        others = SigningKey.objects.filter(retired_at=None).exclude(pk=row.pk)
        return [row, *(retire(other.kid, actor=actor, at=at, ends=begins) for other in others)]


def retire(kid: str, *, actor: str, at: datetime, leaked: bool = False, ends: datetime | None = None) -> SigningKey:
    """Let a key sign no more from now on, or from `ends`; what it signed stays verifiable.

    A leaked one stops at once, also where it was retired before: from then on only the record vouches for what it signed.
    """
    with transaction.atomic():
        row = SigningKey.objects.select_for_update().filter(kid=kid).first()
        if row is None:
            raise RuleViolation("unknown_key", _("没有这个密钥:%(kid)s") % {"kid": kid}, field="kid")
        if row.retired_at is not None and not (leaked and not row.leaked):
            raise RuleViolation("already_retired", _("密钥 %(kid)s 已停用") % {"kid": kid}, field="kid")
        row.retired_at = min(row.retired_at or at, at) if leaked else (ends or at) + GRACE
        row.leaked = leaked
        row.save(update_fields=["retired_at", "leaked"])
        _note("key_retired", row, actor=actor, at=at)
        transaction.on_commit(keyfiles.tell_all)
    forget()
    return row


def _note(act: str, row: SigningKey, *, actor: str, at: datetime) -> None:
    journal, _made = Journal.objects.select_for_update().get_or_create(name="keys")
    chain.append(journal, act=act, actor=actor, at=at, facts={"kid": row.kid, "algorithm": row.algorithm})
    journal.save(update_fields=["audit_length", "audit_head"])


def gap(at: datetime) -> datetime | None:
    """From when on, seen from a moment, no key of this machine signs; None where one goes on for good."""
    known = SigningKey.objects.filter(leaked=False)
    spans = [(row.valid_from, row.retired_at and row.retired_at - GRACE) for row in known if keyfiles.is_here(row.kid)]
    for begin, end in sorted(spans, key=lambda span: span[0]):
        if begin > at:
            break
        if end is None:
            return None
        at = max(at, end)
    return at


def ensure(using: str = "default") -> bool:
    """Register the keys found as files, and make one where there is none: for trying out, demos and rehearsals.

    Says whether a row was written.
    """
    if SigningKey._meta.db_table not in connections[using].introspection.table_names():
        return False
    before = SigningKey.objects.using(using).count()
    paths = sorted(Path(settings.KEYS_DIR).glob("*.pem"))
    _register_files(paths, using)
    here = [path.stem for path in (*paths, *Path(settings.KEYS_DIR).glob("*.seal"))]
    if not signing(using).filter(kid__in=here).exists():
        private = make_private_key("ES256")
        keyfiles.write_private(private)
        _register(private.public_key(), "ES256", valid_from=TRY_OUT_SINCE, using=using)
    return SigningKey.objects.using(using).count() > before


def _register_files(paths: Sequence[Path], using: str) -> None:
    for path in paths:
        found = KeySigner(keyfiles.read_private(path))
        name = next(name for name, number in ALGORITHMS.items() if number == found.algorithm)
        _register(found.private.public_key(), name, valid_from=TRY_OUT_SINCE, using=using)


def _register(public: PublicKey, algorithm: str, *, valid_from: datetime, using: str) -> SigningKey:
    row, _made = SigningKey.objects.using(using).get_or_create(
        kid=kid_of(public).hex(),
        defaults={"algorithm": algorithm, "public_pem": pem_of(public), "valid_from": valid_from},
    )
    return row


def verifying_keys() -> dict[bytes, VerifyingKey]:
    """Every key that ever signed; retired ones vouch for what they signed before.

    Leaked ones, too: here every code is compared with what was issued, byte for byte, and a thief's is not among it.
    """
    return {key.kid: key for key in map(_verifying, SigningKey.objects.filter(~Q(public_pem="")))}


def _verifying(row: SigningKey) -> VerifyingKey:
    return _parsed(row.public_pem, row.algorithm, row.valid_from, row.retired_at)


@lru_cache(maxsize=64)
def _parsed(pem: str, algorithm: str, valid_from: datetime, retired_at: datetime | None) -> VerifyingKey:
    return VerifyingKey.from_pem(pem, algorithm=algorithm, valid_from=valid_from, retired_at=retired_at)
