"""Loading years: the seed of two packages, notices as CSV files, repeated and partial loads."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.violations import RuleViolation
from calendars import seed, services
from calendars.models import CalendarDay
from calendars.signals import calendar_changed

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
URL = "https://www.gov.cn/zhengce/content/notice.htm"
NOTICE_2027 = """date,kind,name
2026-12-26,makeup,元旦
2027-01-01,holiday,元旦
2027-02-05,holiday,春节
2027-02-08,holiday,春节
2027-02-09,holiday,春节
2027-02-20,makeup,春节
2027-04-05,holiday,清明节
2027-05-03,holiday,劳动节
2027-06-09,holiday,端午节
2027-09-15,holiday,中秋节
2027-10-01,holiday,国庆节
2027-10-04,holiday,国庆节
"""


@pytest.fixture(autouse=True)
def _nothing_remembered():
    services.forget()
    yield
    services.forget()


@pytest.fixture
def notice(tmp_path: Path):
    def write(text: str = NOTICE_2027, encoding: str = "utf-8") -> Path:
        path = tmp_path / "notice.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_the_packages_agree_on_every_day_since_2019() -> None:
    years = range(seed.FIRST_YEAR, seed.last_year() + 1)
    assert {year: seed.disagreements(year) for year in years} == dict.fromkeys(years, ())


def test_an_empty_table_counts_by_the_seed() -> None:
    assert services.current().add(date(2026, 2, 11), 5).date == date(2026, 2, 25)


def test_all_years_load_and_load_again() -> None:
    call_command("calendar_load", all=True, stdout=StringIO())
    official = CalendarDay.objects.filter(status="official")
    assert official.filter(date__year=2026).count() == 365
    assert {day.year for day in official.dates("date", "year")} >= set(range(2019, 2027))
    assert CalendarDay.objects.get(date="2026-02-14").kind == "makeup"
    out = StringIO()
    call_command("calendar_load", all=True, json=True, stdout=out)
    assert {year["written"] for year in json.loads(out.getvalue())} == {0}


def test_packages_that_differ_make_no_official_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "disagreements", lambda year: (date(2026, 5, 9),))
    with pytest.raises(RuleViolation, match="2026-05-09"):
        services.load_year(2026, at=AT)
    assert not CalendarDay.objects.exists()


def test_a_year_without_notice_is_provisional_until_its_notice_comes(notice) -> None:
    assert services.load_year(2027, at=AT).status == "provisional"
    assert services.current().add(date(2027, 2, 4), 3).provisional
    loaded = services.load_year(2027, at=AT, notice=notice(), notice_url=URL)
    assert loaded.status == "official"
    assert not services.current().add(date(2027, 2, 4), 3).provisional
    assert services.load_year(2027, at=AT).kept, "the seed never takes an official year back"
    assert CalendarDay.objects.get(date="2027-02-20").status == "official"


def test_a_notice_tells_which_days_moved(notice) -> None:
    services.load_year(2027, at=AT)
    heard: list[tuple[date, ...]] = []

    def listen(days: tuple[date, ...], **_: object) -> None:
        heard.append(days)

    calendar_changed.connect(listen)
    try:
        services.load_year(2027, at=AT, notice=notice(), notice_url=URL)
        told = len(heard)
        services.load_year(2027, at=AT, notice=notice(), notice_url=URL)
    finally:
        calendar_changed.disconnect(listen)
    assert len(heard) == told, "what says nothing new is not told"
    moved = {day for days in heard for day in days}
    assert date(2027, 2, 20) in moved
    assert date(2027, 3, 3) not in moved


def test_a_notice_moves_days_of_the_december_before(notice) -> None:
    services.load_year(2027, at=AT, notice=notice(), notice_url=URL)
    calendar = services.current()
    assert calendar.is_working(date(2026, 12, 26))
    assert not calendar.add(date(2026, 3, 3), 5).provisional, "the rest of that year stays official"


def test_a_notice_may_be_written_in_gbk(notice) -> None:
    services.load_year(2027, at=AT, notice=notice(encoding="gbk"), notice_url=URL)
    assert CalendarDay.objects.get(date="2027-01-01").name == "元旦"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2027-13-01,holiday,", "第 14 行"),
        ("2028-01-01,holiday,", "不在 2027 年"),
        ("2027-03-03,party,", "kind"),
        ("2027-03-03,makeup,", "不是周末"),
        ("2027-01-01,holiday,", "重复"),
    ],
)
def test_an_unusable_row_is_named(notice, line: str, says: str) -> None:
    with pytest.raises(RuleViolation, match=says):
        services.load_year(2027, at=AT, notice=notice(NOTICE_2027 + line + "\n"), notice_url=URL)


def test_a_forgotten_statutory_day_is_named(notice) -> None:
    text = NOTICE_2027.replace("2027-06-09,holiday,端午节\n", "")
    with pytest.raises(RuleViolation, match="2027-06-09"):
        services.load_year(2027, at=AT, notice=notice(text), notice_url=URL)


def test_a_notice_without_its_address_is_refused(notice) -> None:
    with pytest.raises(RuleViolation, match="notice-url"):
        services.load_year(2027, at=AT, notice=notice())


@pytest.mark.parametrize("arguments", [["--year", "0"], ["--year", "2027", "--csv", "nowhere.csv"]])
def test_unusable_arguments_end_in_one_line(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        call_command("calendar_load", *arguments)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)


def test_what_was_read_is_kept_for_a_minute(django_assert_num_queries) -> None:
    services.current()
    with django_assert_num_queries(0):
        services.current()
