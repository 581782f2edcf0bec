"""`manage.py workday`: the contract's command."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from calendars import services
from calendars.models import CalendarDay

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def workday(*arguments: str) -> str:
    out = StringIO()
    call_command("workday", *arguments, stdout=out)
    return out.getvalue().strip()


def test_r2_5_adding() -> None:
    assert workday("2026-02-11", "+5") == "2026-02-25"
    assert json.loads(workday("2026-02-11", "+5", "--json")) == {
        "from": "2026-02-11",
        "working_days": 5,
        "date": "2026-02-25",
        "provisional": False,
    }


def test_r2_5_counting() -> None:
    assert workday("2026-02-11..2026-02-25") == "5"
    assert json.loads(workday("2026-02-11..2026-02-25", "--json"))["working_days"] == 5
    assert workday("2026-02-11..2026-02-11") == "0"


@pytest.mark.parametrize(
    "arguments",
    [
        ["2027-01-04", "+1"],
        ["2026-12-31", "+1"],
        ["2026-12-31", "+99999"],
        ["2026-12-01..2027-01-31"],
        ["2031-01-01..2031-01-01"],
        ["2018-12-31", "+1"],
        ["2026-02-30", "+1"],
        ["20260211", "+1"],
        ["2026-2-11", "+1"],
        ["2026-02-11", "5"],
        ["2026-02-11", "-5"],
        ["2026-02-11", "+five"],
        ["2026-02-11", "+1000000"],
        ["2026-02-11"],
        ["2026-02-11..2026-02-01"],
        ["2026-02-11..2026-02-25", "+1"],
        ["..2026-02-25"],
        ["tomorrow", "+1"],
    ],
)
def test_r2_6_never_a_guess(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        workday(*arguments)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)


def test_r2_6_a_provisional_year_counts_as_not_loaded() -> None:
    services.load_year(2027, at=AT)
    with pytest.raises(CommandError, match="2027"):
        workday("2027-03-01", "+1")


@pytest.mark.django_db(transaction=True)
def test_it_answers_before_the_tables_are_made() -> None:
    with connection.schema_editor() as editor:
        editor.delete_model(CalendarDay)
    try:
        assert workday("2026-02-11", "+5") == "2026-02-25"
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(CalendarDay)
