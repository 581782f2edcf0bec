"""Reminding: what is due on a ladder and not on record is written and told, each thing under its case's lock.

The rows and the parcels that bring the word are one transaction; a second run, or a run elsewhere at the same moment, waits
for the lock and finds them there. What is near by its columns and already on record costs no statement of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from audit.rows import insert_new_rows
from calendars.services import current as current_calendar
from outbox import post
from permits.locking import holding
from permits.models import Case
from workflows.models import Reminder
from workflows.reminders import ladder
from workflows.reminders.ladder import Call, Kind, Ladder
from workflows.reminders.settings import ladders
from workflows.reminders.sources import SOURCES
from workflows.reminders.things import Find, Thing

PARCEL = "workflows.reminder"
CHUNK = 500

Trying = Callable[[int | None], AbstractContextManager[None]]
"""Notes what goes wrong with the case of this key (None: with what is of no case), so that the others go on."""


def remind(kind: Kind, at: datetime, trying: Trying) -> int:
    """Tell what is due of one kind by this moment; how many reminders were told."""
    rungs, today, find = ladders()[kind], timezone.localtime(at).date(), SOURCES[kind]
    if not rungs:
        return 0
    near = find(ladder.horizon(current_calendar(), today, rungs), None)
    told = 0
    for case in _cases_with_news(kind, rungs, today, near, trying):
        with trying(case):
            told += _remind_case(kind, rungs, find, case, at)
    return told


def _cases_with_news(
    kind: Kind, rungs: Ladder, today: date, near: Iterable[Thing], trying: Trying
) -> Iterator[int | None]:
    """The cases in which something of these things is to be told, each once; read before, since telling changes it."""
    things = list(near)
    cases: dict[int | None, None] = {}
    for start in range(0, len(things), CHUNK):
        chunk = things[start : start + CHUNK]
        known = _on_record(thing.subject for thing in chunk)
        for thing in chunk:
            with trying(thing.case_id):
                if _call(kind, rungs, thing, today, known):
                    cases[thing.case_id] = None
    yield from cases


def _on_record(subjects: Iterable[str]) -> dict[tuple[str, date], set[str]]:
    """The rules on record for these things, by thing and last day."""
    known: dict[tuple[str, date], set[str]] = defaultdict(set)
    rows = Reminder.objects.filter(subject__in=list(subjects)).order_by()
    for subject, due_on, rule in rows.values_list("subject", "due_on", "rule"):
        known[subject, due_on].add(rule)
    return known


def _call(
    kind: Kind, rungs: Ladder, thing: Thing, today: date, known: dict[tuple[str, date], set[str]]
) -> tuple[date, Call] | None:
    calendar = current_calendar()
    due = thing.due_on(calendar)
    found = ladder.call(calendar, kind, due, today, rungs, known.get((thing.subject, due), ()))
    return (due, found) if found else None


def _remind_case(kind: Kind, rungs: Ladder, find: Find, case: int | None, at: datetime) -> int:
    """Hold the case, look again, write what is new. A thing that was done meanwhile is not found any more."""
    today = timezone.localtime(at).date()
    with holding(Case(pk=case)) if case is not None else transaction.atomic():
        # A case may also hold what is due in years that no calendar tells of yet.
        things = list(find(ladder.horizon(current_calendar(), today, rungs), [case]))
        known = _on_record(thing.subject for thing in things)
        rows: list[Reminder] = []
        for thing in things:
            if found := _call(kind, rungs, thing, today, known):
                rows += _rows(kind, thing, *found, at)
        return write(rows, at)


def _rows(kind: Kind, thing: Thing, due: date, call: Call, at: datetime) -> Iterator[Reminder]:
    """A row for the rung that is told, and for those that it makes needless."""
    for rule in (*call.passed, call.rule):
        yield Reminder(
            subject=thing.subject,
            kind=kind,
            rule=rule,
            due_on=due,
            case_id=thing.case_id,
            body_id=thing.body_id,
            what=thing.what,
            levels=list(call.levels) if rule == call.rule else [],
            at=at,
        )


def write(rows: list[Reminder], at: datetime) -> int:
    """Write reminders with the parcels that bring them, in the caller's transaction; how many are told."""
    told = [row for row in rows if row.levels]
    insert_new_rows(rows)
    post.put_many([(PARCEL, row.key, _payload(row)) for row in told], at=at)
    return len(told)


def _payload(row: Reminder) -> dict[str, str]:
    return {"subject": row.subject, "rule": row.rule, "due_on": str(row.due_on)}
