"""The figures as one table: a line for each figure, so that any program reads them without knowing the page."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from workflows.reports.figures import Figures, Period, Share
from workflows.reports.speeds import Speed

Line = tuple[str, str, str, str, object, str]
"""Figure, department, matter, of what (a state, a ground), value, unit."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def table_of(period: Period, figures: Figures, speeds: Iterable[Speed]) -> Iterator[list[str]]:
    """The head, then the lines; every line carries the period."""
    yield [_("开始日期"), _("结束日期"), _("指标"), _("部门"), _("事项"), _("分类"), _("数值"), _("单位")]
    for line in (*_counts(figures), *_shares(figures), *_stops(figures), *_speeds(speeds)):
        yield [str(period.since), str(period.until), *(_cell(value) for value in line)]


def _cell(value: object) -> str:
    """As text that no spreadsheet takes for a formula."""
    text = f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _counts(figures: Figures) -> Iterator[Line]:
    cases = _("件")
    yield _("收到的办件"), "", "", "", figures.received, cases
    for _state, name, count in figures.states:
        yield _("收到的办件"), "", "", name, count, cases
    yield _("要求过补正的办件"), "", "", "", figures.supplements.part, cases


def _shares(figures: Figures) -> Iterator[Line]:
    for name, share in ((_("按承诺时限决定"), figures.promise), (_("按法定时限决定"), figures.statute)):
        yield from _share(name, "", "", share)


def _share(name: str, department: str, matter: str, share: Share) -> Iterator[Line]:
    yield name, department, matter, _("按时"), share.part, _("项")
    yield name, department, matter, _("超期"), share.rest, _("项")
    yield name, department, matter, _("按时率"), share.percent, "%"


def _stops(figures: Figures) -> Iterator[Line]:
    for line in figures.stops:
        yield _("停止计时"), "", "", line.name, line.stops, _("次")
        yield _("仍在停止计时"), "", "", line.name, line.standing, _("次")
        yield _("停止计时天数"), "", "", line.name, line.days, _("自然日")
        yield _("停止计时天数"), "", "", line.name, line.working_days, _("工作日")


def _speeds(speeds: Iterable[Speed]) -> Iterator[Line]:
    for one in speeds:
        place = one.department, one.name
        yield _("作出决定"), *place, "", one.decided, _("项")
        yield _("办理时间中位数"), *place, "", one.median, _("工作日")
        yield _("最慢的一件"), *place, one.slowest_case, one.slowest, _("工作日")
        yield from _share(_("按承诺时限决定"), *place, one.promise)
