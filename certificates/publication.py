"""What verifiers fetch: keys with names and remedies, and the signed status list. Static files that any cache may serve."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from accounts.models import Body
from certificates import status_list
from certificates.code_table import DEPARTMENTS, MATTERS
from certificates.keys import signer
from certificates.models import Licence, LicenceItem, LicenceVersion, SigningKey
from certificates.offline import KEYS_FILE, STATUS_FILE
from certificates.status import ItemState
from certificates.status_list import Entry, StatusList

LIST_LIFE = timedelta(hours=24)


def publish(folder: Path, *, at: datetime) -> StatusList:
    """Write both files, each at once or not at all; the list goes last, so that its key is known when it arrives."""
    folder.mkdir(parents=True, exist_ok=True)
    statuses = current_list(at)
    sealed = status_list.seal(statuses, signer())
    replace_file(folder / KEYS_FILE, json.dumps(keys_document(at), ensure_ascii=False, indent=1).encode())
    replace_file(folder / STATUS_FILE, sealed)
    return statuses


def current_list(at: datetime) -> StatusList:
    """Every licence that is not as its first code says. Three statements, however many licences there are."""
    states: dict[int, dict[int, ItemState]] = defaultdict(dict)
    changed = LicenceItem.objects.exclude(state=ItemState.VALID).filter(licence__isnull=False)
    for seat, position, state in changed.values_list("licence_id", "position", "state"):
        states[seat][position] = ItemState(state)
    newest = dict(
        LicenceVersion.objects.values_list("licence_id").annotate(newest=Max("version")).filter(newest__gt=1).order_by()
    )
    last_seat = Licence.objects.aggregate(last=Max("pk"))["last"] or 0
    entries = {seat: Entry(newest.get(seat, 1), states.get(seat, {})) for seat in {*states, *newest}}
    return StatusList(as_of=at, expires=at + LIST_LIFE, last_seat=last_seat, entries=entries)


def keys_document(at: datetime) -> dict[str, Any]:
    """All public keys, and what the numbers in codes mean."""
    return {
        "format": 1,
        "site": settings.SITE_URL,
        "made_at": at.isoformat(timespec="seconds"),
        "keys": [_key(row) for row in SigningKey.objects.order_by("valid_from", "pk")],
        "department_numbers": list(DEPARTMENTS),
        "matter_numbers": [list(pair) for pair in MATTERS],
        "departments": {
            body.code: {"name": body.name, "hotline": body.hotline, "remedies": body.remedies}
            for body in Body.objects.all()
        },
        "matters": {matter: {"name": name} for matter, name in _matter_names()},
    }


def _key(row: SigningKey) -> dict[str, Any]:
    return {
        "kid": row.kid,
        "algorithm": row.algorithm,
        "pem": row.public_pem,
        "valid_from": row.valid_from.isoformat(),
        "retired_at": row.retired_at.isoformat() if row.retired_at else None,
    }


def _matter_names() -> Iterable[tuple[str, str]]:
    return LicenceItem.objects.order_by("matter", "name").values_list("matter", "name").distinct()


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, rename: a reader sees the old file or the new one, also after a power cut."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
