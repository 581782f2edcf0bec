"""A notice that comes late moves the dates of every open case, in one transaction, on record."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from audit.models import AuditEntry
from calendars import services
from industries.models import CatalogueVersion
from permits.deadlines import stops
from permits.models import Case, Supplement
from tests.people import Cast
from tests.workflows.conftest import Story
from workflows import steps
from workflows.audit import disagreements

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
URL = "https://www.gov.cn/zhengce/content/notice.htm"
FILED = datetime(2026, 12, 28, 2, tzinfo=UTC)
LOADED = datetime(2026, 12, 29, 2, tzinfo=UTC)


@pytest.fixture
def late(cast: Cast, catalogue: CatalogueVersion) -> Story:
    """Cases of the last days of a year whose successor has no notice yet."""
    return Story(cast, catalogue)


STATUTORY = """date,kind,name
2027-01-01,holiday,元旦
2027-02-05,holiday,春节
2027-02-08,holiday,春节
2027-02-09,holiday,春节
2027-04-05,holiday,清明节
2027-05-03,holiday,劳动节
2027-06-09,holiday,端午节
2027-09-15,holiday,中秋节
2027-10-01,holiday,国庆节
"""


def file_with(tmp_path: Path, *rows: str) -> Path:
    """A notice of the statutory days and these."""
    path = tmp_path / f"2027-{len(rows)}.csv"
    path.write_text(STATUTORY + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """New Year is taken together with a make-up day: 4 January is off, 9 January works."""
    return file_with(tmp_path, "2027-01-04,holiday,元旦", "2027-01-09,makeup,元旦")


def load(notice: Path) -> None:
    services.load_year(2027, at=LOADED, notice=notice, notice_url=URL)


def test_r2_6_the_official_year_recounts_every_open_clock(late: Story, notice: Path) -> None:
    case = late.accepted(FILED)
    assert case.provisional
    row = case.matters.get(matter="m_food_license")
    assert (row.promised_by, row.section.promised_by) == (date(2027, 1, 5), date(2027, 1, 5))
    load(notice)
    case = Case.objects.get(pk=case.pk)
    row = case.matters.select_related("section").get(matter="m_food_license")
    assert not case.provisional
    assert row.promised_by == row.section.promised_by == case.promised_by == date(2027, 1, 6)
    entry = AuditEntry.objects.filter(subject=case.audit_subject, act="clock_recounted").get()
    assert {"matter": "m_food_license", "limit": "promised_by", "before": "2027-01-05", "after": "2027-01-06"} in (
        entry.facts["moved"]
    )
    assert entry.seq == case.audit_length
    assert list(disagreements()) == []


def test_a_notice_that_moves_nothing_makes_the_dates_firm(late: Story, tmp_path: Path) -> None:
    case = late.accepted(FILED)
    load(file_with(tmp_path))
    assert not Case.objects.get(pk=case.pk).provisional


def test_loading_twice_records_once(late: Story, notice: Path) -> None:
    late.accepted(FILED)
    load(notice)
    load(notice)
    assert AuditEntry.objects.filter(act="clock_recounted").count() == 1


def test_stops_stay_stops(late: Story, notice: Path) -> None:
    case = late.accepted(FILED)
    stops.stop_clock(case, matters=["m_food_license"], ground="hearing", actor=late.officer("dept_mrb"), at=FILED)
    load(notice)
    assert case.matters.get(matter="m_food_license").promised_by is None


def test_r2_10_the_applicants_day_moves_on_and_never_back(late: Story, tmp_path: Path) -> None:
    case = late.submitted(FILED)
    steps.request_supplement(case, items={"mat_floor_plan": "缺少尺寸"}, actor=late.window, at=FILED)
    before = Supplement.objects.get().due_on
    load(file_with(tmp_path, "2027-01-04,holiday,元旦"))
    after = Supplement.objects.get().due_on
    assert after > before
    load(file_with(tmp_path))
    assert Supplement.objects.get().due_on == after


def test_a_case_that_has_ended_is_left_alone(late: Story, notice: Path) -> None:
    case = late.decided(FILED)
    before = Case.objects.get(pk=case.pk).audit_length
    for matter in case.matters.all():
        assert matter.promised_by
    load(notice)
    moved = AuditEntry.objects.filter(subject=case.audit_subject, act="clock_recounted")
    assert not any(move["matter"] for entry in moved for move in entry.facts["moved"])
    assert Case.objects.get(pk=case.pk).audit_length in (before, before + 1)
