"""The calendar in use, and loading it.

The table decides; a year without a row in it comes from the calendar that is part of the house (`calendars.seed`), so
that a fresh installation counts rightly before anything is loaded.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from calendars import seed
from calendars.models import CalendarDay
from calendars.notices import read_notice
from calendars.signals import calendar_changed
from calendars.working_days import WORKING_KINDS, Row, WorkingCalendar

FRESH_SECONDS = 60
"""How long a process counts on what it has read; another process may have loaded a notice meanwhile."""

_cache: dict[str, tuple[float, WorkingCalendar]] = {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a year did. `moved`: days that began or ceased to count; `status` of the year now."""

    year: int
    status: str
    moved: tuple[date, ...]
    written: int
    kept: str = ""


def current() -> WorkingCalendar:
    """The calendar in use, read at most once a minute per process and database."""
    name = str(connection.settings_dict["NAME"])
    read_at, calendar = _cache.get(name, (0.0, None))
    if calendar is None or time.monotonic() - read_at > FRESH_SECONDS:
        calendar = WorkingCalendar.from_rows(_all_rows())
        _cache[name] = (time.monotonic(), calendar)
    return calendar


def official() -> WorkingCalendar:
    """Only the years whose notice is loaded: what lies outside raises `YearNotLoaded`, never a guess (R2.6).

    Also answers before the tables are made.
    """
    with connection.cursor() as cursor:
        has_table = CalendarDay._meta.db_table in connection.introspection.table_names(cursor)
    rows = _all_rows() if has_table else _with_seed([])
    provisional = {day.year for day, _kind, status in rows if status == CalendarDay.Status.PROVISIONAL}
    return WorkingCalendar.from_rows(row for row in rows if row[0].year not in provisional)


def forget() -> None:
    """The next `current()` reads anew."""
    _cache.clear()


def _all_rows() -> list[Row]:
    return _with_seed(CalendarDay.objects.values_list("date", "kind", "status"))


def _with_seed(stored: Iterable[Row]) -> list[Row]:
    """The stored rows, and the seed's for the years that have none."""
    rows = list(stored)
    years = {day.year for day, _kind, _status in rows}
    return rows + [row for year, days in seed.rows().items() if year not in years for row in days]


def seeded_years() -> list[int]:
    """The years that `calendar_load --all` loads."""
    return sorted(seed.rows())


def load_year(year: int, *, at: datetime, notice: Path | None = None, notice_url: str = "") -> Loaded:
    """Load a year from its notice's CSV file, else from the two packages, else provisionally. Repeatable.

    An official year never becomes provisional, and a year loaded from a notice is replaced only by a notice.
    Raises `RuleViolation`: an unusable file, a file without its address, packages that disagree.
    """
    with transaction.atomic():
        if notice is not None:
            days = read_notice(notice, year)
            if days[-1].date.year < year and not CalendarDay.objects.filter(date__year=year - 1).exists():
                load_year(year - 1, at=at)  # a year is whole in the table, or not there
            loaded = _store(year, days, _official(notice_url, _("国务院办公厅通知")))
        elif days := seed.official_days(year):
            _require_agreement(year)
            loaded = _kept(year, by_notice=True) or _store(year, days, _official("", seed.SOURCE, need_url=False))
        else:
            loaded = _kept(year, by_notice=False) or _store(year, seed.provisional_days(year), _PROVISIONAL)
        if loaded.written:
            calendar_changed.send(sender=CalendarDay, days=loaded.moved, at=at)
    forget()
    transaction.on_commit(forget)
    return loaded


_PROVISIONAL = {"status": CalendarDay.Status.PROVISIONAL, "source": "holidays", "notice_url": ""}


def _official(url: str, source: str, *, need_url: bool = True) -> dict[str, str]:
    """The columns of an official day."""
    if need_url and not url.startswith("https://"):
        raise RuleViolation("notice_url", _("请用 --notice-url 写明通知的网址(https://…)"), rule="R2.6")
    return {"status": CalendarDay.Status.OFFICIAL, "source": source, "notice_url": url}


def _require_agreement(year: int) -> None:
    """Two packages that differ make no official year."""
    if days := seed.disagreements(year):
        names = {"year": year, "days": ", ".join(map(str, days))}
        message = _("%(year)s 年两个数据来源在以下日期不一致：%(days)s。请按通知制作 CSV 后用 --csv 载入") % names
        raise RuleViolation("sources_disagree", message, rule="R2.6")


def _kept(year: int, *, by_notice: bool) -> Loaded | None:
    """What stands already and is better than what would be loaded, else None."""
    better = CalendarDay.objects.filter(date__year=year, status=CalendarDay.Status.OFFICIAL)
    if by_notice:
        better = better.exclude(notice_url="")
    if not better.exists():
        return None
    return Loaded(year, CalendarDay.Status.OFFICIAL, (), 0, kept=_("已按通知载入，保持不变"))


def _store(year: int, days: Iterable[seed.Day], columns: dict[str, str]) -> Loaded:
    """Write the days; rows that say the same already are left alone."""
    rows = [CalendarDay(date=day.date, kind=day.kind, name=day.name, **columns) for day in days]
    before = {row.date: row for row in CalendarDay.objects.filter(date__in=[row.date for row in rows])}
    counted = WorkingCalendar.from_rows(_all_rows())
    changed = [row for row in rows if row.date not in before or _facts(before[row.date]) != _facts(row)]
    CalendarDay.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["kind", "name", "status", "source", "notice_url"],
    )
    moved = [
        row.date
        for row in changed
        if row.date.year in counted.years and counted.is_working(row.date) != (row.kind in WORKING_KINDS)
    ]
    return Loaded(year, columns["status"], tuple(moved), len(changed))


def _facts(row: CalendarDay) -> tuple[str, ...]:
    return (row.kind, row.name, row.status, row.source, row.notice_url)
