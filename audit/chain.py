"""The chain: every entry carries the digest of the one before it, the thing itself carries the last."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from audit.models import Audited, AuditEntry
from audit.rows import insert_rows


def digest_of(
    *, subject: str, seq: int, at: datetime, actor: str, act: str, facts: Mapping[str, Any], previous: str
) -> str:
    """SHA-256 (hex) over the canonical JSON of an entry: sorted keys, UTF-8, the moment in UTC to the microsecond."""
    canonical = json.dumps(
        [subject, seq, at.astimezone(UTC).isoformat(timespec="microseconds"), actor, act, facts, previous],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def append(thing: Audited, *, act: str, actor: str, at: datetime, facts: Mapping[str, Any] | None = None) -> AuditEntry:
    """Add an entry to the thing's chain and move the thing's head (the caller saves the thing in the same transaction).

    The caller holds the thing's row lock: two acts on one thing never run at once, so the head read is the newest.
    """
    values: dict[str, Any] = {
        "subject": thing.audit_subject,
        "seq": thing.audit_length + 1,
        "at": at,
        "actor": actor,
        "act": act,
        "facts": dict(facts or {}),
        "previous": thing.audit_head,
    }
    entry = AuditEntry(**values, digest=digest_of(**values))
    insert_rows([entry])
    thing.audit_length, thing.audit_head = entry.seq, entry.digest
    return entry
