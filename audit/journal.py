"""Entries that belong to no case: sign-ins, imports, publications, keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import chain
from audit.models import AuditEntry, Journal


@transaction.atomic
def record(name: str, *, act: str, actor: str, at: datetime, facts: Mapping[str, Any] | None = None) -> AuditEntry:
    """Append to the journal of this name; its row is locked, so two at once follow one another."""
    Journal.objects.get_or_create(name=name)
    journal = Journal.objects.select_for_update().get(name=name)
    entry = chain.append(journal, act=act, actor=actor, at=at, facts=facts)
    journal.save(update_fields=["audit_length", "audit_head"])
    return entry
