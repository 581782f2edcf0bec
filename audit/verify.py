"""Recomputing the chains: the first entry that was changed, removed, moved or slipped in."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from audit.chain import digest_of
from audit.models import AuditEntry, Audited

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain breaks: its subject, the place in it, and what is wrong, in words."""

    subject: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.subject} entry {self.seq}: {self.what}"


def verify() -> Fault | None:
    """The first fault of the whole log, in the order of subjects; None where every chain is whole."""
    return next(faults(), None)


def faults() -> Iterator[Fault]:
    """One fault per broken chain: the first."""
    heads = known_heads()
    for subject, entries in chains():
        length, head = heads.pop(subject, (0, ""))
        fault = _first_fault(subject, entries, length, head)
        if fault:
            yield fault
    for subject, (length, _head) in sorted(heads.items()):
        if length:
            yield Fault(subject, 1, f"the whole chain of {length} entries was removed")


def known_heads() -> dict[str, tuple[int, str]]:
    """Length and head of every chain, read from the things themselves: a cut-off tail shows against them."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, Audited) and not model._meta.proxy:
            rows = model._base_manager.values_list("pk", "audit_length", "audit_head")
            for pk, length, head in rows.iterator(chunk_size=CHUNK):
                found[f"{model._meta.label_lower}:{pk}"] = (length, head)
    return found


def chains() -> Iterator[tuple[str, Iterator[AuditEntry]]]:
    """The entries of one subject after the other."""
    entries = AuditEntry._base_manager.order_by("subject", "seq", "pk").iterator(chunk_size=CHUNK)
    waiting = next(entries, None)

    def of(subject: str) -> Iterator[AuditEntry]:
        nonlocal waiting
        while waiting is not None and waiting.subject == subject:
            yield waiting
            waiting = next(entries, None)

    while waiting is not None:
        subject = waiting.subject
        own = of(subject)
        yield subject, own
        for _rest in own:
            pass


def _first_fault(subject: str, entries: Iterator[AuditEntry], length: int, head: str) -> Fault | None:
    previous, expected = "", 1
    for entry in entries:
        fault = _fault_of(entry, expected, previous)
        if fault:
            return Fault(subject, expected, fault)
        previous, expected = entry.digest, expected + 1
    if expected - 1 < length:
        return Fault(subject, expected, f"removed: the chain ends here, {length} entries were written")
    if expected - 1 > length:
        return Fault(subject, length + 1, "slipped in: written past the end of the chain")
    return Fault(subject, length, "the chain's head was changed") if previous != head else None


def _fault_of(entry: AuditEntry, expected: int, previous: str) -> str:
    if entry.seq != expected:
        return f"removed or moved: found entry {entry.seq} in its place"
    if entry.previous != previous:
        return "moved or changed: it does not follow the entry before it"
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
