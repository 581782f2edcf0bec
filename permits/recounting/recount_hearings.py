"""The last days of hearings when the calendar changes: to ask for one, and to hold it (R2.23).

The day to ask by has been told: it may move on, never back. The organ's own day moves either way, but never before a time that was
told to the parties.
"""

from datetime import date, datetime

from django.utils import timezone

from audit.rows import update_rows
from calendars.working_days import WorkingCalendar
from permits.deadlines.limits import Moved
from permits.hearing import hearing_parties
from permits.law import hearing_rules
from permits.models import Case, Hearing


def concerned() -> frozenset[int]:
    """The keys of cases in which such a day is still to be kept."""
    return frozenset(Hearing.objects.going_on().values_list("case_id", flat=True))


def recount(case: Case, calendar: WorkingCalendar, at: datetime) -> list[Moved]:
    """Derive the days of a held case's hearings anew; what moved. An interested party that can be reached is called to its page."""
    moved, changed = [], []
    for one in Hearing.objects.going_on().filter(case=case).select_related("case_matter"):
        matter = one.case_matter.matter
        if one.state == Hearing.State.TOLD:
            after = hearing_rules.ask_by(calendar, one.told_on)
            if after <= one.ask_by:
                continue
            moved.append(Moved(matter, "ask_by", one.ask_by, after))
            one.ask_by = after
            hearing_parties.announce(one, f"moved:{after}", at)
        elif (last := _hold_by(one, calendar)) != one.hold_by:
            moved.append(Moved(matter, "hold_by", one.hold_by, last))
            one.hold_by = last
        else:
            continue
        changed.append(one)
    update_rows(changed, ["ask_by", "hold_by"])
    return moved


def _hold_by(one: Hearing, calendar: WorkingCalendar) -> date:
    """The last day to hold a hearing that was asked for."""
    assert one.asked_on is not None  # whoever waits for it has asked
    last = hearing_rules.hold_by(calendar, one.asked_on)
    return max(last, timezone.localtime(one.starts_at).date()) if one.starts_at else last
