"""Recomputing the chains: the first entry that was changed, removed, moved or slipped in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.apps import apps
from django.db import DatabaseError

from audit.chain import digest_of
from audit.models import Audited, AuditEntry

CHUNK = 2000
LOOKS = 5
"""How often a chain that seems broken is looked at again: somebody may be writing to it."""

UNREADABLE = "changed: its row cannot be read"

Progress = Callable[[Iterable[AuditEntry]], Iterable[AuditEntry]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain breaks: its subject, the place in it, and what is wrong, in words."""

    subject: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.subject} entry {self.seq}: {self.what}"


def verify(progress: Progress = iter) -> Fault | None:
    """The first fault of the whole log, in the order of subjects; None where every chain is whole."""
    try:
        return next(faults(progress), None)
    except (ValueError, TypeError, DatabaseError):
        if fault := _unreadable():
            return fault
        raise


def _unreadable() -> Fault | None:
    """The first entry whose row holds what cannot even be read: a moment that is none, broken JSON."""
    for pk, subject, seq in AuditEntry._base_manager.order_by("subject", "seq", "pk").values_list(
        "pk", "subject", "seq"
    ):
        try:
            AuditEntry._base_manager.get(pk=pk)
        except (ValueError, TypeError, DatabaseError):
            return Fault(subject, seq, UNREADABLE)
    return None


def faults(progress: Progress = iter) -> Iterator[Fault]:
    """One fault per broken chain: the first. Acts may go on meanwhile."""
    heads = known_heads()
    rows = AuditEntry._base_manager.order_by("subject", "seq", "pk").iterator(chunk_size=CHUNK)
    for subject, entries in groupby(progress(rows), key=attrgetter("subject")):
        length, head = heads.pop(subject, (0, ""))
        if _first_fault(subject, entries, length, head) and (fault := _confirmed(subject)):
            yield fault
    for subject, (length, _head) in sorted(heads.items()):
        if length and (fault := _confirmed(subject)):
            yield fault


def known_heads() -> dict[str, tuple[int, str]]:
    """Length and head of every chain, read from the things themselves: a cut-off tail shows against them."""
    found = {}
    for model in audited_models():
        rows = model._base_manager.values_list("pk", "audit_length", "audit_head")
        for pk, length, head in rows.iterator(chunk_size=CHUNK):
            found[f"{model._meta.label_lower}:{pk}"] = (length, head)
    return found


def audited_models() -> list[type[Audited]]:
    """Every kind of thing that has a chain, of whatever room."""
    return [model for model in apps.get_models() if issubclass(model, Audited) and not model._meta.proxy]


def _confirmed(subject: str) -> Fault | None:
    """The chain's fault, read while its head stood still: entries written during the run are no fault."""
    fault = None
    for _look in range(LOOKS):
        length, head = _head_of(subject)
        entries = AuditEntry._base_manager.filter(subject=subject).order_by("seq", "pk").iterator(chunk_size=CHUNK)
        fault = _first_fault(subject, entries, length, head)
        if fault is None or _head_of(subject) == (length, head):
            return fault
    return fault


def _head_of(subject: str) -> tuple[int, str]:
    """Length and head of one chain; of a subject that nothing has, those of an empty chain."""
    label, _, pk = subject.rpartition(":")
    for model in audited_models():
        if model._meta.label_lower == label and pk.isascii() and pk.isdecimal():
            found = model._base_manager.filter(pk=pk).values_list("audit_length", "audit_head").first()
            return found or (0, "")
    return 0, ""


def _first_fault(subject: str, entries: Iterable[AuditEntry], length: int, head: str) -> Fault | None:
    """Where this chain first differs from what was written, None where it does not."""
    previous, expected = "", 1
    for entry in entries:
        if expected > length:
            return Fault(subject, expected, "slipped in: nothing was written here")
        if what := _fault_of(entry, expected, previous):
            return Fault(subject, expected, what)
        previous, expected = entry.digest, expected + 1
    if expected <= length:
        return Fault(subject, expected, f"removed: the chain ends before it, {length} entries were written")
    return Fault(subject, length, "changed: it is not the entry that was written last") if previous != head else None


def _fault_of(entry: AuditEntry, expected: int, previous: str) -> str:
    """What is wrong with the entry in this place; empty where nothing is."""
    if entry.seq != expected:
        return f"removed or moved: entry {entry.seq} stands in its place"
    if entry.previous != previous:
        return "moved or changed: it does not follow the entry before it"
    if not isinstance(entry.at, datetime):
        return UNREADABLE
    computed = digest_of(
        subject=entry.subject,
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        act=entry.act,
        facts=entry.facts,
        previous=entry.previous,
    )
    return "" if computed == entry.digest else "changed: its contents do not fit its digest"
