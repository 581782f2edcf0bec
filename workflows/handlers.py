"""What the outbox asks of this room: once every matter is decided, the licence is made; people are told of events."""

from datetime import datetime
from typing import Any

from certificates.issuing import ISSUED
from outbox.delivery import handler
from permits import service
from permits.locking import holding
from permits.messages import KIND
from permits.models import Case
from workflows import steps, visits
from workflows.messages import bookings, suspicions
from workflows.messages.compose import compose
from workflows.reminders import digest, remind

FIRST = 1
"""The version with which a licence begins."""


@handler("permits.all_decided")
def make_licence(payload: dict[str, Any]) -> None:
    """Issue the combined licence of a case whose matters are all decided; doing it twice makes one licence.

    The licence bears the moment of the last decision, however late the parcel arrives.
    """
    with holding(Case(pk=payload["case"]), savepoint=False) as case:
        steps.issue(case, at=datetime.fromisoformat(payload["at"]))


@handler(ISSUED, told_when=True)
def after_issue(payload: dict[str, Any], at: datetime) -> None:
    """Plan the visit for a new licence, and serve on line what is wanted so; doing it twice does it once.

    Service bears the moment of this attempt: before it nothing had arrived.
    """
    with holding(Case(pk=payload["case"]), savepoint=False) as case:
        if payload["version"] == FIRST:
            visits.plan(case)
        steps.serve(case, at=at)


@handler(service.KIND, told_when=True)
def serve_papers(payload: dict[str, Any], at: datetime) -> None:
    """Serve on line what was written; doing it twice does it once. It bears the moment of this attempt."""
    with holding(Case(pk=payload["case"]), savepoint=False) as case:
        steps.serve_papers(case, at=at)


@handler(KIND)
def tell(payload: dict[str, Any]) -> None:
    """Write the messages of an event and the parcels that bring them out; doing it twice writes them once."""
    compose(payload)


@handler(bookings.PARCEL)
def tell_of_booking(payload: dict[str, Any]) -> None:
    """Write the messages about a booked time; doing it twice writes them once."""
    bookings.compose(payload)


@handler(suspicions.PARCEL)
def tell_of_suspicion(payload: dict[str, Any]) -> None:
    """Write the messages about a licence that is believed forged; doing it twice writes them once."""
    suspicions.compose(payload)


@handler(remind.PARCEL, told_when=True)
def note_reminder(payload: dict[str, Any], at: datetime) -> None:
    """Note who is told of a reminder and plan their letter of the day; doing it twice notes them once."""
    digest.take(payload, at)


@handler(digest.PARCEL, told_when=True)
def send_reminders(payload: dict[str, Any], at: datetime) -> None:
    """Write a person's letter of the day; doing it twice writes it once."""
    digest.send(payload, at)
