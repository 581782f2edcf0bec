"""Whether a message names a day that may still move because a year's notice is missing (R2.6), and the sentence that says so."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from calendars.services import current as current_calendar
from permits.models import Case

DAYS = ("due_on", "expected_on", "ask_by", "hold_by", "new_by", "answer_by")
"""The facts of events that are last days counted in working days."""
OF_CASE = frozenset({"accepted", "accepted_by_silence", "accepted_tolerantly", "clock_moved", "clock_resumed"})
"""The events whose messages name the limits of the case itself."""


def says_so(case: Case, payload: Mapping[str, Any]) -> bool:
    """Whether a day that the event's message names rests on a year without an official notice."""
    if payload["event"] in OF_CASE and case.provisional:
        return True
    told_on, calendar = localtime(datetime.fromisoformat(payload["at"])).date(), current_calendar()
    days = [date.fromisoformat(payload[name]) for name in DAYS if payload.get(name)]
    return any(calendar.is_tentative(told_on, day) for day in days if day > told_on)


def note(language: str) -> str:
    """The sentence, in the reader's language."""
    with translation.override(language):
        return _("文中的日期涉及尚未公布放假安排的年份，是暂定的；正式安排公布后会重新计算，有改变的会告知您。")
