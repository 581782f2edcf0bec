"""The reports: figures that agree with the cases behind them, for the service office alone."""

import csv
import html
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from permits.deadlines import stops
from permits.models import Case, CaseMatter
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_days import FOOD, SIGN, TOBACCO, stopped_alone
from workflows import steps
from workflows.reports.behind import Question, behind, rows_of, with_their_days
from workflows.reports.figures import Figures, Period, Share, StopLine, figures_of
from workflows.reports.speeds import Speed, speeds_of

pytestmark = pytest.mark.each_database

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
TODAY = date(2026, 3, 31)
ADDRESS = {"since": "2026-03-01", "until": "2026-03-31"}


@pytest.fixture(autouse=True)
def _the_end_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=29))


@pytest.fixture
def office(story: Story, client: Client) -> Client:
    client.force_login(story.cast.service_office)
    return client


def figures(story: Story, calendar: Any, period: Period = MARCH) -> Figures:
    return figures_of(story.cast.service_office, period, calendar, TODAY)


def speeds(story: Story, calendar: Any, period: Period = MARCH) -> dict[str, Speed]:
    return {one.matter: one for one in speeds_of(story.cast.service_office, period, calendar)}


def decided_on_day(story: Story, days: int) -> Case:
    """Accepted on Monday, all granted so many calendar days later."""
    case = story.accepted()
    for department, matters in story.parts(case).items():
        steps.grant(case, matters=matters, actor=story.officer(department), at=MONDAY + timedelta(days=days))
    return case


def listed(story: Story, *question: str, period: Period = MARCH, **more: str) -> set[str]:
    found = behind(story.cast.service_office, period, Question(*question, **more))
    assert found is not None
    return {case.number or "" for case in found[1]}


def test_cases_count_by_their_day_of_receipt_and_state_of_today(story: Story, calendar: Any) -> None:
    story.draft()
    submitted, accepted, done = story.submitted(), story.accepted(), stopped_alone(story)
    late = story.submitted(MONDAY - timedelta(days=3))
    found = figures(story, calendar)
    assert [(state, count) for state, _name, count in found.states] == [
        ("submitted", 1),
        ("accepted", 1),
        ("deciding", 1),
    ]
    assert found.received == 3
    assert listed(story, "received") == {submitted.number, accepted.number, done.number}
    assert listed(story, "received", "accepted") == {accepted.number}
    assert late.number not in listed(story, "received")


def test_a_period_includes_both_its_ends(story: Story, calendar: Any) -> None:
    story.submitted()
    assert figures(story, calendar, Period(MONDAY.date(), MONDAY.date())).received == 1
    assert figures(story, calendar, Period(date(2026, 2, 1), date(2026, 3, 1))).received == 0
    assert figures(story, calendar, Period(date(2026, 3, 3), date(2026, 3, 31))).received == 0


def test_r1_37_the_promise_and_the_statute_are_kept_apart(story: Story, calendar: Any) -> None:
    """Eight calendar days are six working days: after food's promise of five, before its statute's ten."""
    case = decided_on_day(story, 8)
    rows = list(CaseMatter.objects.filter(case=case))
    late = {
        name: {row.matter for row in rows if row.decided_on > getattr(row, f"{name}_by")}
        for name in ("promised", "statutory")
    }
    found = figures(story, calendar)
    assert FOOD in late["promised"] - late["statutory"]
    assert found.promise == Share(3 - len(late["promised"]), 3)
    with_statute = {row.matter for row in rows if row.statutory_days}
    assert found.statute == Share(len(with_statute - late["statutory"]), len(with_statute))
    assert listed(story, "late", "promise") == {case.number}
    assert listed(story, "late", "promise", "dept_mrb", FOOD) == {case.number}


def test_median_and_slowest_by_department_and_matter(story: Story, calendar: Any) -> None:
    cases = [decided_on_day(story, days) for days in (1, 2, 2, 8)]
    food = speeds(story, calendar)[FOOD]
    assert (food.body, food.decided, food.median, food.slowest) == ("dept_mrb", 4, 2, 6)
    assert food.slowest_case == cases[-1].number
    assert food.promise == Share(3, 4)
    assert listed(story, "decided", "", "dept_mrb", FOOD) == {case.number for case in cases}


def test_r2_21_stopped_days_are_no_days_of_the_department(story: Story, calendar: Any) -> None:
    """Food stood from 9 to 19 March; decided on the 20th, it took 3 working days less one, not 12."""
    case = stopped_alone(story)
    steps.grant(case, matters=[FOOD], actor=story.officer("dept_mrb"), at=MONDAY + timedelta(days=18))
    by_matter = speeds(story, calendar)
    # Accepted from Thursday the 5th on: 6, 9, then 20 March.
    assert (by_matter[FOOD].median, by_matter[FOOD].slowest, by_matter[FOOD].slowest_case) == (3, 3, case.number)
    assert by_matter[FOOD].promise == Share(1, 1)
    assert (by_matter[TOBACCO].slowest, by_matter[SIGN].slowest) == (3, 3)


def test_r2_21_stops_are_counted_by_ground(story: Story, calendar: Any) -> None:
    stopped_alone(story)
    standing = story.accepted()
    officer = story.officer("dept_tobacco")
    stops.stop_clock(
        standing, matters=[TOBACCO], ground="hearing", needed_days=9, reason="听证", actor=officer, at=MONDAY
    )
    assert figures(story, calendar).stops == (
        StopLine("hearing", "听证", stops=1, standing=1, days=29, working_days=21),
        StopLine("testing", "检测", stops=1, standing=0, days=10, working_days=8),
    )
    assert listed(story, "stop", "hearing") == {standing.number}


def test_the_share_of_supplements(story: Story, calendar: Any) -> None:
    story.submitted()
    case = stopped_alone(story)
    assert figures(story, calendar).supplements == Share(1, 2)
    assert listed(story, "supplement") == {case.number}


def test_of_nothing_there_is_no_share(story: Story, calendar: Any) -> None:
    found = figures(story, calendar)
    assert (found.promise.percent, found.supplements.percent, found.states, found.stops) == (None, None, (), ())


def test_a_withdrawn_matter_is_no_decision(story: Story, calendar: Any) -> None:
    case = story.accepted()
    steps.withdraw(case, actor=story.applicant, at=MONDAY + timedelta(days=2))
    assert speeds(story, calendar) == {}
    assert figures(story, calendar).promise == Share(0, 0)


def test_r2_21_the_days_of_a_listed_case_add_up(story: Story, calendar: Any) -> None:
    stopped_alone(story)
    found = behind(story.cast.service_office, MARCH, Question("received"))
    assert found is not None
    [row] = rows_of(with_their_days(found[1]), calendar, TODAY)
    assert row.days is not None
    assert sum(days for _words, days, _working in row.cells) == row.days.whole.days == 29
    assert sum(working for _words, _days, working in row.cells) == row.days.whole.working_days == 21


# The pages.


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_the_page_shows_each_figure_with_its_list(story: Story, office: Client) -> None:
    case = stopped_alone(story)
    decided_on_day(story, 8)
    page = text_of(office.get("/reports/", ADDRESS))
    for words in ("收到的办件", "按承诺时限决定", "中位数", "检测", "第四十五条", "要求过补正", "草稿不算"):
        assert words in page
    lists = {address for address in re.findall(r'href="(/reports/cases/[^"]*)"', page)}
    assert len(lists) >= 7
    for address in lists:
        answer = office.get(address)
        assert answer.status_code == 200
        assert "没有这样的办件" not in text_of(answer), address
    assert case.number in text_of(office.get("/reports/cases/", ADDRESS | {"what": "stop", "value": "testing"}))


def test_an_empty_period_says_so(office: Client) -> None:
    page = text_of(office.get("/reports/", {"since": "2020-01-01", "until": "2020-01-31"}))
    assert "这段时间没有收到办件" in page
    assert "None" not in page


def test_the_year_so_far_is_the_usual_period(office: Client) -> None:
    assert "2026-01-01 – 2026-03-31" in text_of(office.get("/reports/"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "1.3.2026"}, "请按“年-月-日”写日期"),
        ({"since": "2026-04-01", "until": "2026-03-01"}, "结束日期早于开始日期"),
    ],
)
def test_a_period_that_is_none_is_said_at_its_field(office: Client, asked: dict[str, str], said: str) -> None:
    answer = office.get("/reports/", asked)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "govuk-error-summary" in text_of(answer)


@pytest.mark.parametrize(
    "asked",
    [{}, {"what": "x"}, {"what": "received", "value": "x"}, {"what": "late"}, {"what": "stop", "value": "\0"}],
)
def test_a_list_of_nothing_known_is_404(office: Client, asked: dict[str, str]) -> None:
    assert office.get("/reports/cases/", asked).status_code == 404


def test_the_file_holds_what_the_page_shows(story: Story, office: Client) -> None:
    stopped_alone(story)
    answer = office.get("/reports/figures.csv", ADDRESS)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "2026-03-01-2026-03-31.csv" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["开始日期", "结束日期", "指标"]
    assert {len(row) for row in rows} == {8}
    assert ["2026-03-01", "2026-03-31", "收到的办件", "", "", "", "1", "件"] in rows
    assert ["2026-03-01", "2026-03-31", "停止计时天数", "", "", "检测", "10", "自然日"] in rows


def test_no_cell_of_the_file_is_a_formula(story: Story, office: Client) -> None:
    case = decided_on_day(story, 1)
    CaseMatter.objects.filter(case=case, matter=FOOD).update(name='=HYPERLINK("http://evil.example")')
    text = office.get("/reports/figures.csv", ADDRESS).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


PAGES = ("/reports/", "/reports/figures.csv", "/reports/cases/?what=received")


@pytest.mark.parametrize("page", PAGES)
def test_the_reports_are_for_the_service_office_and_the_administrator(story: Story, client: Client, page: str) -> None:
    assert client.get(page).status_code == 302
    cast = story.cast
    for user in (cast.service_office, cast.administrator):
        client.force_login(user)
        assert client.get(page).status_code == 200
    for user in (cast.shopkeeper, cast.stranger, cast.clerk, cast.officer("dept_mrb")):
        client.force_login(user)
        assert client.get(page).status_code == 403


def test_the_way_to_the_reports_is_in_the_navigation(office: Client) -> None:
    assert 'href="/reports/"' in text_of(office.get("/office/"))


@pytest.mark.parametrize("count", [1, 4])
def test_the_pages_cost_the_same_however_many_cases(
    story: Story, office: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for _case in range(count):
        stopped_alone(story)
        decided_on_day(story, 3)
    office.get("/reports/", ADDRESS)
    with django_assert_max_num_queries(9):
        office.get("/reports/", ADDRESS)
    with django_assert_max_num_queries(9):
        office.get("/reports/cases/", ADDRESS | {"what": "received"})


def test_the_reports_speak_english(story: Story, office: Client) -> None:
    stopped_alone(story)
    office.cookies["django_language"] = "en"
    page = text_of(office.get("/reports/", ADDRESS))
    for words in ("Figures", "On time or late", "Median", "Testing", "Download all figures"):
        assert words in page
    assert "次数" not in page
