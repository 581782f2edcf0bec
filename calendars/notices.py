"""A State Council notice as a CSV file: `date,kind[,name]`, one row for each day that it moves.

`kind` is `holiday` (a day off) or `makeup` (a weekend that is worked). Days without a row follow their weekday. A notice
may also move days of the December before its year.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.csv_files import rows_of
from audit.violations import RuleViolation
from calendars.seed import Day, days_of, plain_kind, provisional_days


def read_notice(path: Path, year: int) -> tuple[Day, ...]:
    """Every day of the year by this notice, then the days of the December before that it moves.

    Raises `RuleViolation` naming the line at fault, or the statutory day that the file forgot.
    """
    moved: dict[date, Day] = {}
    for line, row in rows_of(path, ("date", "kind")):
        day = _day(row, year, line)
        if day.date in moved:
            raise _fault(line, _("%(day)s 重复") % {"day": day.date})
        moved[day.date] = day
    _require_statutory(moved, year)
    whole_year = [moved.pop(day, Day(day, plain_kind(day))) for day in days_of(year)]
    return (*whole_year, *sorted(moved.values(), key=lambda day: day.date))


def _day(row: Mapping[str, str], year: int, line: int) -> Day:
    """One row, checked."""
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        raise _fault(line, _("日期 %(text)s 应写成 2027-01-01 的样子") % {"text": row["date"]}) from None
    if day.year != year and not date(year - 1, 12, 1) <= day < date(year, 1, 1):
        raise _fault(line, _("%(day)s 不在 %(year)s 年(或其上一年 12 月)") % {"day": day, "year": year})
    if row["kind"] not in ("holiday", "makeup"):
        raise _fault(line, _("kind 应为 holiday 或 makeup,而不是 %(kind)s") % {"kind": row["kind"]})
    if row["kind"] == "makeup" and plain_kind(day) != "weekend":
        raise _fault(line, _("%(day)s 不是周末，不能调休上班") % {"day": day})
    return Day(day, row["kind"], row.get("name", "")[:40])


def _require_statutory(moved: Mapping[date, Day], year: int) -> None:
    """A file that leaves out a statutory weekday is incomplete, whatever the notice looks like."""
    for day in provisional_days(year):
        substitute = "补假" in day.name
        if day.kind != "holiday" or substitute or plain_kind(day.date) == "weekend":
            continue
        if day.date not in moved or moved[day.date].kind != "holiday":
            names = {"day": day.date, "name": day.name}
            raise RuleViolation("notice_incomplete", _("缺少法定节假日 %(day)s(%(name)s)") % names)


def _fault(line: int, what: str) -> RuleViolation:
    return RuleViolation("notice_row", _("第 %(line)s 行：%(what)s") % {"line": line, "what": what})
