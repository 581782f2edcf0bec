"""Delivering parcels: handlers by kind, once each, with attempts that wait longer and longer.

An atomic handler's effect lies in the database: lock, effect and mark are one transaction, so the effect happens exactly
once. A handler with an effect outside (`atomic=False`: a file, a message, anything slow) runs outside any transaction
under a lease; should the process die between effect and mark it runs again, so it must bear being repeated.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from outbox.models import Parcel

Deliver = Callable[..., None]
"""Takes the payload, and the moment of the attempt where the handler asked for it."""

MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
LEASE = timedelta(minutes=5)
"""Longer than any effect takes; a dead worker's parcel is taken over after it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handler:
    """Who delivers a kind, whether the effect is part of our transaction, and whether it matters when it happens."""

    call: Deliver
    atomic: bool
    told_when: bool

    def run(self, payload: dict[str, Any], at: datetime) -> None:
        """Bring about the effect."""
        if self.told_when:
            self.call(payload, at)
        else:
            self.call(payload)


@dataclass(frozen=True, slots=True)
class Report:
    """How many parcels were delivered and how many failed; the rest was taken by somebody else."""

    delivered: int = 0
    failed: int = 0


class UnknownKind(LookupError):
    """No room has a handler for this kind. The parcel is kept: the room may be newer than this process."""


_handlers: dict[str, Handler] = {}


def handler(kind: str, *, atomic: bool = True, told_when: bool = False) -> Callable[[Deliver], Deliver]:
    """Register the decorated function for a kind. A kind has one handler.

    `told_when`: the effect bears the moment at which it happens, which the function gets beside the payload.
    """

    def register(function: Deliver) -> Deliver:
        if kind in _handlers:
            raise ValueError(f"{kind!r} already has a handler: {_handlers[kind].call.__qualname__}")
        _handlers[kind] = Handler(function, atomic, told_when)
        return function

    return register


def kinds() -> frozenset[str]:
    """The kinds that have a handler."""
    return frozenset(_handlers)


def deliver(key: str, *, at: datetime | None = None) -> bool | None:
    """Attempt one parcel now. True: delivered; False: failed, noted on the parcel; None: not there, or not free."""
    at = at or timezone.now()
    parcel = None
    try:
        with transaction.atomic():
            parcel = Parcel.objects.free(at).select_for_update(skip_locked=True).filter(key=key).first()
            if parcel is None:
                return None
            chosen = _handler_of(parcel)
            if chosen.atomic:
                chosen.run(parcel.payload, at)
                _mark(parcel, status=Parcel.Status.DONE, done_at=at)
                return True
            _mark(parcel, leased_until=at + LEASE)
        chosen.run(parcel.payload, at)
    except Exception as error:
        if parcel is None:
            raise
        _note_failure(parcel, error, at)
        return False
    _mark(parcel, status=Parcel.Status.DONE, done_at=at, leased_until=None)
    return True


def deliver_all(keys: Iterable[str], *, at: datetime | None = None) -> Report:
    """Attempt these parcels; one that fails stops no other."""
    outcomes = [deliver(key, at=at) for key in keys]
    return Report(delivered=outcomes.count(True), failed=outcomes.count(False))


def deliver_due(at: datetime | None = None, limit: int = 100) -> Report:
    """Attempt what is due, the longest overdue first, at most `limit` parcels."""
    due = Parcel.objects.due(at or timezone.now()).values_list("key", flat=True)[:limit]
    return deliver_all(list(due), at=at)


def retry_dead(*, at: datetime, kind: str = "") -> int:
    """Give dead parcels (of one kind) all their attempts again; the number of parcels."""
    dead = Parcel.objects.filter(status=Parcel.Status.DEAD)
    if kind:
        dead = dead.filter(kind=kind)
    return dead.update(status=Parcel.Status.WAITING, attempts=0, due_at=at, leased_until=None)


def revive(keys: Iterable[str], *, at: datetime, also_waiting: bool = False) -> int:
    """Give parcels that are dead, or that are done and have to be done again, all their attempts; the number of parcels.

    `also_waiting`: those too that wait for their next attempt, which they then have now.
    """
    over = ~Q(status=Parcel.Status.WAITING)
    if also_waiting:
        over |= Q(pk__in=Parcel.objects.free(at).values("pk"))
    return Parcel.objects.filter(over, key__in=list(keys)).update(
        status=Parcel.Status.WAITING, attempts=0, due_at=at, leased_until=None, done_at=None
    )


def _handler_of(parcel: Parcel) -> Handler:
    try:
        return _handlers[parcel.kind]
    except KeyError:
        raise UnknownKind(f"no handler for {parcel.kind!r}; known kinds: {', '.join(sorted(_handlers))}") from None


def _mark(parcel: Parcel, **values: Any) -> None:
    """Change the parcel's row, as long as nobody else has finished it."""
    Parcel.objects.filter(pk=parcel.pk, status=Parcel.Status.WAITING).update(**values)


def _note_failure(parcel: Parcel, error: Exception, at: datetime) -> None:
    """Write down what went wrong and when to try again; after the last attempt the parcel is dead."""
    attempts = parcel.attempts + 1
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    first_line = next(iter(str(error).splitlines()), "")
    dead = attempts >= MOST_ATTEMPTS and not isinstance(error, UnknownKind)
    _mark(
        parcel,
        attempts=min(attempts, MOST_ATTEMPTS),
        due_at=at + pause,
        leased_until=None,
        last_error=f"{type(error).__name__}: {first_line}",
        status=Parcel.Status.DEAD if dead else Parcel.Status.WAITING,
    )
    level = logging.ERROR if dead else logging.WARNING
    log.log(level, "outbox: %s attempt %s failed", parcel.key, attempts, exc_info=error)
