"""What verifiers fetch: keys with names and remedies, and the signed status list. Static files that any cache may serve."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from accounts.models import Body
from certificates.coding import status_list
from certificates.coding.code_table import DEPARTMENTS, MATTERS
from certificates.coding.status_list import Entry, StatusList
from certificates.files import one_writer, replace_file
from certificates.models import Licence, LicenceItem, LicenceVersion, SealCertificate, SigningKey
from certificates.signers.keys import signer
from certificates.status import ItemState
from certificates.verifying.offline import KEYS_FILE, STATUS_FILE

LIST_LIFE, LIST_AGE = timedelta(hours=24), timedelta(seconds=30)
"""After the one a verifier calls the list stale; after the other the site makes the next when it is asked."""

KEYS_AGE = timedelta(minutes=10)


@dataclass(frozen=True)
class Files:
    """What is published at a moment, byte for byte; `as_of` is the list's."""

    keys: bytes
    status: bytes
    as_of: datetime


def fresh(*, at: datetime) -> Files:
    """The published files, made anew where the list is older than half a minute. Never an older list than before."""
    folder = Path(settings.PUBLISHED_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    if found := _young(folder, at):
        return found
    with one_writer(folder):
        # Whoever waited finds what the other made.
        if (found := _young(folder, at)) is None:
            publish(folder, at=at, keys=_kept_keys(folder, at))
            found = _files(folder)
    return found


def _young(folder: Path, at: datetime) -> Files | None:
    try:
        found = _files(folder)
    except OSError:
        return None
    return found if at - found.as_of < LIST_AGE else None


def _files(folder: Path) -> Files:
    status = folder / STATUS_FILE
    as_of = datetime.fromtimestamp(status.stat().st_mtime, UTC)
    return Files((folder / KEYS_FILE).read_bytes(), status.read_bytes(), as_of)


def _kept_keys(folder: Path, at: datetime) -> bytes | None:
    """The keys.json that is there, as long as it is young and has the key that signs: its names take seconds to gather."""
    path = folder / KEYS_FILE
    try:
        made, kept = datetime.fromtimestamp(path.stat().st_mtime, UTC), path.read_bytes()
    except OSError:
        return None
    return kept if at - made < KEYS_AGE and signer().kid.hex().encode() in kept else None


def forget_keys() -> None:
    """Make the files anew when they are next asked for: the keys have changed."""
    (Path(settings.PUBLISHED_DIR) / KEYS_FILE).unlink(missing_ok=True)


def publish(folder: Path, *, at: datetime, keys: bytes | None = None) -> StatusList:
    """Write both files, each at once or not at all; the list goes last, so that its key is known when it arrives.

    `keys`: the keys.json that is there and stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = keys or json.dumps(keys_document(), ensure_ascii=False, indent=1).encode()
    statuses = replace(current_list(at), keys_hash=hashlib.sha256(told).digest())
    sealed = status_list.seal(statuses, signer())
    if keys is None:
        _write(folder / KEYS_FILE, told, at)
    _write(folder / STATUS_FILE, sealed, at)
    return statuses


def _write(path: Path, content: bytes, at: datetime) -> None:
    """Put the file in place; its time is the moment that it speaks of."""
    replace_file(path, content)
    os.utime(path, (at.timestamp(), at.timestamp()))


def current_list(at: datetime) -> StatusList:
    """Every licence that is not as its first code says. Three statements, however many licences there are.

    A suspension is over with its last day, also before the nightly run has said so on paper.
    """
    states: dict[int, dict[int, ItemState]] = defaultdict(dict)
    changed = LicenceItem.objects.exclude(state=ItemState.VALID).filter(licence__isnull=False)
    changed = changed.exclude(state=ItemState.SUSPENDED, suspended_until__lt=timezone.localtime(at).date())
    for seat, position, state in changed.values_list("licence_id", "position", "state"):
        states[seat][position] = ItemState(state)
    later = LicenceVersion.objects.filter(version__gt=1).order_by().values_list("licence_id")
    newest = dict(later.annotate(newest=Max("version")))
    last_seat = Licence.objects.aggregate(last=Max("pk"))["last"] or 0
    entries = {seat: Entry(newest.get(seat, 1), states.get(seat, {})) for seat in {*states, *newest}}
    return StatusList(as_of=at, expires=at + LIST_LIFE, last_seat=last_seat, entries=entries)


def keys_document() -> dict[str, Any]:
    """All public keys, and what the numbers in codes mean. The same bytes as long as nothing of it changes."""
    return {
        "format": 1,
        "site": settings.SITE_URL,
        "keys": [_key(row) for row in SigningKey.objects.order_by("valid_from", "pk")],
        "seals": [
            {"name": row.subject, "fingerprint": row.fingerprint, "pem": row.pem}
            for row in SealCertificate.objects.filter(leaked=False).order_by("added_at", "pk")
        ],
        "department_numbers": list(DEPARTMENTS),
        "matter_numbers": [list(pair) for pair in MATTERS],
        "departments": {
            body.code: {"name": body.name, "hotline": body.hotline, "remedies": body.remedies}
            for body in Body.objects.order_by("code")
        },
        "matters": {matter: {"name": name} for matter, name in _matter_names()},
    }


def _key(row: SigningKey) -> dict[str, Any]:
    return {
        "kid": row.kid,
        "algorithm": row.algorithm,
        "pem": row.public_pem,
        "valid_from": row.valid_from.isoformat(timespec="seconds"),
        "retired_at": row.retired_at.isoformat(timespec="seconds") if row.retired_at else None,
        "leaked": row.leaked,
    }


def _matter_names() -> Iterable[tuple[str, str]]:
    return LicenceItem.objects.order_by("matter", "name").values_list("matter", "name").distinct()
