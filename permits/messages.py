"""What an act tells people: a parcel written with the act, composed and sent after the commit.

    post.put_many([*parcels, told(case, "accepted", at=at)], at=at)

The parcel names the event and its facts; who is told, in which words and on which channels is `workflows.messages`'.
"""

from datetime import datetime
from typing import Any

from permits.documents import Parcel
from permits.models import Case

KIND = "permits.message"


def told(case: Case, event: str, part: str = "", /, *, at: datetime, **facts: Any) -> Parcel:
    """The parcel of an event: call it behind `chain.append`, whose entry tells one event from the next.

    Facts are small and JSON: `matters` as ids, days as texts (`2026-03-09`), a reason in words. `part`: what tells several
    messages of one event from each other.
    """
    key = ":".join(filter(None, ("message", str(case.pk), str(case.audit_length), event, part)))
    return KIND, key, {"case": case.pk, "event": event, "key": key, "at": at.isoformat(), **facts}
