"""The five levels of a review, what may be said with each, and the days of an answer (R3.3, R3.4, R3.7). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from calendars.working_days import WorkingCalendar

BEST, WORST = 5, 1
LEVELS: Mapping[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""Stars and what they are called. The middle one is a satisfied one, and nobody gets it who does not rate (R3.3, R3.6)."""
CONTACT_DAYS, ANSWER_DAYS, DIFFICULT_DAYS = 1, 5, 15
"""Working days after a bad review: until whoever gave it is contacted, until it is answered, and where it is difficult."""

INDICATORS_VERSION = "2026.1"
GOOD = ("quick", "clear_guide", "few_papers", "easy_online", "kind")
BAD = ("slow", "unclear_guide", "more_papers", "sent_around", "hard_online", "unkind", "fees")
"""What can be ticked, in versions: which list is shown depends on the level (R3.4)."""


def is_bad(level: int) -> bool:
    """The last two levels are bad ones; the middle one is not (R3.3)."""
    return level <= 2


def indicators_for(level: int) -> tuple[str, ...]:
    """What may be ticked with a level."""
    return BAD if is_bad(level) else GOOD


def level_of(said: object) -> int | None:
    """The level that a number (1 to 5) or a name stands for; None where it is neither."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int):
        return said if said in LEVELS else None
    text = str(said).strip()
    if text.isdecimal():
        return level_of(int(text))
    return next((level for level, name in LEVELS.items() if name == text), None)


@dataclass(frozen=True, slots=True)
class AnswerDays:
    """Last days after a bad review: contact, answer, and the latest answer of a difficult one."""

    contact_by: date
    answer_by: date
    difficult_by: date


def answer_days(calendar: WorkingCalendar, on: date) -> AnswerDays:
    """The days for a bad review given on a day (R3.7: 1, 5 and 15 working days). Raises YearNotLoaded."""
    contact, answer, difficult = (calendar.add(on, days).date for days in (CONTACT_DAYS, ANSWER_DAYS, DIFFICULT_DAYS))
    return AnswerDays(contact, answer, difficult)


def satisfied_share(levels: Iterable[int]) -> float | None:
    """The part of reviews that are not bad, from 0 to 1; None without any."""
    given = list(levels)
    return sum(not is_bad(level) for level in given) / len(given) if given else None
