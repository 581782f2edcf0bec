"""Who is told of what falls due, once, whatever nights are missed and however often or in how many places it runs."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from calendars.working_days import WorkingCalendar, YearNotLoaded
from outbox import delivery
from outbox.models import Message, Parcel
from permits import clock, stops
from permits.models import Case
from permits.wording import grouped
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_after_checks import BATH
from workflows import periodic, steps
from workflows.models import Reminded, Reminder
from workflows.reminders import digest, sources
from workflows.reminders.ladder import Kind

pytestmark = pytest.mark.django_db


def night(on: date) -> datetime:
    """Five past midnight of a day."""
    return timezone.make_aware(datetime.combine(on, time(0, 5)))


def nights(first: date, last: date) -> Iterator[datetime]:
    while first <= last:
        yield night(first)
        first += timedelta(1)


def told(kind: str = "", case: Case | None = None) -> list[tuple[str, str]]:
    """Rules that were told, with the day."""
    rows = Reminder.objects.exclude(levels=[]).order_by("at", "pk")
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(case=case) if case else rows
    return [(row.rule, str(timezone.localtime(row.at).date())) for row in rows]


def brought(at: datetime) -> None:
    """Deliver everything that may be delivered by a moment."""
    while delivery.deliver_due(at, 1000).delivered:
        pass


def letters_of(at: datetime) -> None:
    """Everything that a run of this moment sends: first what is noted, then, after half an hour, the letters."""
    brought(at)
    brought(at + digest.GATHERING)


@pytest.fixture
def office(story: Story) -> dict[str, User]:
    """Everybody on the ladder of the food permit; the market regulator leads. No department is empty."""
    cast = story.cast
    for body in ("dept_tobacco", "dept_subdistrict"):
        cast.officer(body)
    return {
        "officer": cast.officer("dept_mrb"),
        "colleague": cast.second_officer("dept_mrb"),
        "head": cast.head("dept_mrb"),
        "service": cast.service_office,
        "admin": cast.administrator,
        "window": cast.clerk,
    }


class TestTheDepartment:
    def test_r1_37_before_and_after_the_promised_day(self, story: Story, office: dict[str, User]) -> None:
        case = story.accepted()
        for at in nights(date(2026, 3, 3), date(2026, 3, 17)):
            assert periodic.run_due(at).failed == []
        food = case.matters.get(matter="m_food_license")
        assert food.promised_by == date(2026, 3, 9)
        rows = Reminder.objects.filter(subject=f"matter:{food.pk}", kind="promised")
        found = {row.rule: (str(timezone.localtime(row.at).date()), row.levels) for row in rows}
        assert found == {
            "promised-1": ("2026-03-06", ["officer"]),
            "promised+1": ("2026-03-10", ["officer", "head"]),
            "promised+3": ("2026-03-12", ["lead"]),
            "promised+5": ("2026-03-16", ["office"]),
        }

    def test_what_was_decided_reminds_nobody(self, story: Story) -> None:
        case = story.accepted()
        steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=MONDAY + timedelta(hours=3))
        periodic.run_due(night(date(2026, 3, 20)))
        food = case.matters.get(matter="m_food_license")
        assert not Reminder.objects.filter(subject=f"matter:{food.pk}").exists()
        assert Reminder.objects.filter(kind="promised").exists()

    def test_a_stopped_clock_reminds_nobody_and_the_moved_limit_has_its_own_reminders(self, story: Story) -> None:
        case = story.accepted()
        periodic.run_due(night(date(2026, 3, 6)))
        mine = {"matters": ["m_food_license"], "actor": story.officer("dept_mrb")}
        stops.stop_clock(case, ground="testing", reason="送检", at=MONDAY + timedelta(days=4), **mine)
        for at in nights(date(2026, 3, 7), date(2026, 3, 20)):
            periodic.run_due(at)
        food = case.matters.get(matter="m_food_license")
        subject = {"subject": f"matter:{food.pk}", "kind": "promised"}
        assert [row.rule for row in Reminder.objects.filter(**subject)] == ["promised-1"]
        stops.resume_clock(case, ground="testing", at=night(date(2026, 3, 20)) + timedelta(hours=9), **mine)
        food.refresh_from_db()
        assert food.promised_by == date(2026, 3, 23)
        for at in nights(date(2026, 3, 21), date(2026, 3, 24)):
            periodic.run_due(at)
        assert [(row.rule, str(row.due_on)) for row in Reminder.objects.filter(**subject)] == [
            ("promised-1", "2026-03-09"),
            ("promised-1", "2026-03-23"),
            ("promised+1", "2026-03-23"),
        ]

    def test_whoever_holds_the_section_is_told_and_else_everybody_who_may(
        self, story: Story, office: dict[str, User]
    ) -> None:
        case = story.accepted()
        case.sections.filter(body="dept_mrb").update(claimed_by=office["colleague"], claimed_at=MONDAY)
        periodic.run_due(night(date(2026, 3, 6)))
        brought(night(date(2026, 3, 6)))
        who = Reminded.objects.filter(reminder__body="dept_mrb").values_list("user__username", flat=True)
        assert list(who) == ["mrb-2"]
        others = Reminded.objects.filter(reminder__body="dept_tobacco").values_list("user__username", flat=True)
        assert set(others) <= {"tobacco"}

    def test_a_level_on_which_nobody_is_passes_the_word_up(self, story: Story) -> None:
        """No officer, no head: the lead department hears of it at the first rung."""
        case = story.accepted()
        User.objects.filter(body="dept_mrb").update(is_active=False)
        office = story.cast.service_office
        periodic.run_due(night(date(2026, 3, 6)))
        brought(night(date(2026, 3, 6)))
        food = case.matters.get(matter="m_food_license")
        who = Reminded.objects.filter(reminder__subject=f"matter:{food.pk}").values_list("user", flat=True)
        assert list(who) == [office.pk]


class TestTheOthers:
    def test_r2_8_the_window_is_told_before_silence_accepts(self, story: Story) -> None:
        story.submitted()
        for at in nights(date(2026, 3, 3), date(2026, 3, 9)):
            periodic.run_due(at)
        assert told("intake_check") == [("intake_check-2", "2026-03-05"), ("intake_check+0", "2026-03-09")]

    def test_r2_10_the_applicant_is_told_before_the_supplement_s_term_ends(self, story: Story) -> None:
        user = story.cast.shopkeeper
        user.email, user.phone = "wang@example.com", "13800000000"
        user.save()
        case = story.submitted()
        steps.request_supplement(case, items={"mat_food_layout": "缺"}, actor=story.window, at=MONDAY)
        due = case.supplements.get().due_on
        last = night(due)
        for at in nights(date(2026, 3, 3), due):
            periodic.run_due(at)
        assert [rule for rule, _day in told("supplement")] == ["supplement-5", "supplement-1"]
        letters_of(last)
        (row,) = Message.objects.filter(kind="reminders", channel="inbox", recipient=user)
        assert str(due) in row.body and row.link == f"/cases/{case.number}/"
        sms = Message.objects.get(kind="reminders", channel="sms")
        assert case.number not in sms.body and "13800000000" not in sms.body and "长宁示例" not in sms.body

    def test_r2_24_delivery_and_r1_33_the_visit(self, story: Story) -> None:
        case = story.decided()
        brought(MONDAY + timedelta(days=1))
        case = Case.objects.get(pk=case.pk)
        assert case.state == Case.State.ISSUED
        for at in nights(date(2026, 3, 4), date(2026, 3, 19)):
            periodic.run_due(at)
        assert told("delivery") == [
            ("delivery-3", "2026-03-12"),
            ("delivery+0", "2026-03-17"),
            ("delivery+1", "2026-03-18"),
        ]
        assert not told("promised")

    def test_r6_5_the_check_after_a_commitment(self, story: Story) -> None:
        story.industries, story.answers = ["bath_foot_spa"], dict(BATH)
        case = story.promised()
        row = case.matters.get(matter="m_fire")
        steps.grant(case, matters=["m_fire"], actor=story.officer("dept_fire"), at=MONDAY + timedelta(hours=2))
        row.refresh_from_db()
        due = row.post_check.due_on
        for at in nights(due - timedelta(14), due + timedelta(9)):
            periodic.run_due(at)
        assert [rule for rule, _day in told("after_check")] == [
            "after_check-5",
            "after_check+0",
            "after_check+1",
            "after_check+5",
        ]


class TestOneLetterADay:
    def test_many_things_in_one_night_are_one_message_and_one_e_mail(
        self, story: Story, office: dict[str, User], settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        User.objects.filter(pk=office["officer"].pk).update(email="mrb@example.gov.cn")
        cases = [story.accepted() for _ in range(5)]
        at = night(date(2026, 3, 6))
        periodic.run_due(at)
        brought(at)
        assert not Message.objects.filter(kind="reminders").exists(), "gathered first"
        brought(at + digest.GATHERING)
        mine = Message.objects.filter(kind="reminders", recipient=office["officer"])
        assert sorted(mine.values_list("channel", flat=True)) == ["email", "inbox"]
        letter = mine.get(channel="inbox")
        assert all(grouped(case.number or "?") in letter.body for case in cases)
        assert letter.link == "/reminders/"
        assert [one.to for one in mail.outbox] == [["mrb@example.gov.cn"]]

    def test_what_comes_after_the_letter_stands_in_tomorrow_s(self, story: Story, office: dict[str, User]) -> None:
        story.accepted()
        at = night(date(2026, 3, 6))
        periodic.run_due(at)
        letters_of(at)
        story.accepted()
        periodic.run_due(at + timedelta(hours=9))
        brought(at + timedelta(hours=12))
        mine = Message.objects.filter(kind="reminders", recipient=office["officer"], channel="inbox")
        assert mine.count() == 1
        periodic.run_due(at + timedelta(days=1))
        brought(at + timedelta(days=1, hours=1))
        assert mine.count() == 2

    def test_what_is_done_before_the_letter_is_left_out(self, story: Story, office: dict[str, User]) -> None:
        case = story.accepted()
        at = night(date(2026, 3, 6))
        periodic.run_due(at)
        brought(at)
        for department, matters in story.parts(case).items():
            steps.grant(case, matters=matters, actor=story.officer(department), at=at)
        brought(at + digest.GATHERING)
        assert not Message.objects.filter(kind="reminders").exists()

    def test_whoever_wants_english_gets_it(self, story: Story, office: dict[str, User]) -> None:
        from outbox.models import MessagePreference

        MessagePreference.objects.create(user=office["officer"], language="en")
        story.accepted()
        at = night(date(2026, 3, 10))
        periodic.run_due(at)
        letters_of(at)
        body = Message.objects.get(kind="reminders", recipient=office["officer"], channel="inbox").body
        assert "publicly" in body and "2026-03-09" in body


class TestTwice:
    def test_a_second_run_changes_nothing(self, story: Story) -> None:
        story.accepted()
        at = night(date(2026, 3, 10))
        first = periodic.run_due(at)
        assert first.counts["reminded_promised"] > 0
        before = (Reminder.objects.count(), Parcel.objects.count())
        second = periodic.run_due(at)
        assert sum(second.counts.values()) == 0
        assert (Reminder.objects.count(), Parcel.objects.count()) == before

    def test_idle_cases_cost_nothing(self, story: Story) -> None:
        """Five hundred as five: what is not near is not read, what is on record is read in one go."""
        first = story.submitted(MONDAY + timedelta(days=1))
        at = night(date(2026, 3, 4))
        periodic.run_due(at)
        few = statements_of(at)
        copies(first, 499)
        assert statements_of(at) == few

    def test_near_cases_on_record_cost_nothing_each(self, story: Story) -> None:
        for _ in range(2):
            story.accepted()
        at = night(date(2026, 3, 10))
        periodic.run_due(at)
        few = statements_of(at)
        for _ in range(3):
            story.accepted()
        periodic.run_due(at)
        assert statements_of(at) == few


def statements_of(at: datetime) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert periodic.run_due(at).failed == []
    return len(captured)


def copies(case: Case, count: int) -> None:
    """The same case again and again, as rows: submitted ones whose check has just begun."""
    columns = {
        field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields if not field.primary_key
    }
    Case.objects.bulk_create(
        Case(**(columns | {"key": f"k{n}", "code": f"c{n}", "number": f"n{n}"})) for n in range(count)
    )


class TestFailures:
    def test_a_year_without_a_calendar_stops_one_case_only(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        lost, whole = story.accepted(), story.accepted()
        lost.matters.update(promised_by=date(2026, 3, 8))
        real = clock.days_left

        def days_left(calendar: WorkingCalendar, today: date, limit: date) -> int:
            if limit == date(2026, 3, 8):
                raise YearNotLoaded(2026)
            return real(calendar, today, limit)

        monkeypatch.setattr("workflows.reminders.ladder.days_left", days_left)
        report = periodic.run_due(night(date(2026, 3, 10)))
        assert {(one.case, one.rule) for one in report.failed} == {(lost.number, "reminded_promised")}
        assert told("promised", whole) and not told("promised", lost)

    def test_a_broken_source_stops_no_other(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        story.accepted()

        def broken(until: Any, cases: Any) -> Any:
            raise RuntimeError("no table")

        monkeypatch.setattr(sources, "SOURCES", sources.SOURCES | {Kind.INTAKE: broken})
        monkeypatch.setattr("workflows.reminders.remind.SOURCES", sources.SOURCES)
        report = periodic.run_due(night(date(2026, 3, 10)))
        assert [(one.case, one.rule) for one in report.failed] == [("-", "reminded_intake_check")]
        assert report.counts["reminded_promised"] > 0


class TestCommand:
    def test_json_says_what_moved(self, story: Story, capsys: pytest.CaptureFixture[str]) -> None:
        import json

        story.accepted()
        call_command("run_due", at="2026-03-10 00:05", json=True)
        said = json.loads(capsys.readouterr().out)
        assert said["at"] == "2026-03-10T00:05:00+08:00"
        assert said["counts"]["reminded_promised"] > 0 and said["failed"] == []

    def test_a_failure_is_exit_1_and_is_listed(
        self, story: Story, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import json

        case = story.submitted()

        def breaks(*_args: Any, **_named: Any) -> bool:
            raise RuntimeError("broken")

        monkeypatch.setattr(steps, "accept_by_silence", breaks)
        with pytest.raises(CommandError) as refused:
            call_command("run_due", at="2026-03-20", json=True)
        assert refused.value.returncode == 1
        said = json.loads(capsys.readouterr().out)
        assert said["failed"] == [{"case": case.number, "rule": "accepted_by_silence", "reason": "broken"}]

    @pytest.mark.parametrize("text", ["soon", "2026-02-31", "99999-01-01"])
    def test_a_moment_that_means_nothing_is_exit_2(self, text: str) -> None:
        with pytest.raises(CommandError, match="no moment") as refused:
            call_command("run_due", at=text)
        assert refused.value.returncode == 2


class TestAlarms:
    def test_work_without_anybody_is_told_the_same_day_once(self, story: Story, office: dict[str, User]) -> None:
        story.accepted()
        User.objects.filter(body="dept_tobacco").update(is_active=False)
        at = MONDAY + timedelta(hours=2)
        assert periodic.run_due(at).counts["alarms"] == 1
        assert periodic.run_due(at + timedelta(hours=1)).counts["alarms"] == 0
        alarm = Reminder.objects.get(kind="nobody_able")
        assert (alarm.subject, alarm.body_id) == ("alarm:decision:dept_tobacco", "dept_tobacco")
        brought(at + timedelta(hours=2))
        who = set(alarm.reminded.values_list("user__username", flat=True))
        assert {office["service"].username, office["admin"].username} <= who
        assert office["head"].username in who, "the lead department's head"
        assert periodic.run_due(at + timedelta(days=1)).counts["alarms"] == 1, "once a day while it lasts"

    def test_somebody_who_may_act_ends_it(self, story: Story, office: dict[str, User], client: Client) -> None:
        story.accepted()
        User.objects.filter(body="dept_tobacco").update(is_active=False)
        now = timezone.now()
        periodic.run_due(now)
        client.force_login(story.cast.service_office)
        assert "无人可办" in client.get("/office/").content.decode()
        User.objects.filter(body="dept_tobacco").update(is_active=True)
        assert "无人可办" not in client.get("/office/").content.decode()


class TestPage:
    def test_the_letter_leads_to_what_is_still_open(
        self, story: Story, office: dict[str, User], client: Client
    ) -> None:
        case = story.accepted()
        at = night(date(2026, 3, 10))
        periodic.run_due(at)
        brought(at)
        client.force_login(office["head"])
        page = client.get("/reminders/").content.decode()
        assert case.number in page and "已过承诺办结日期 2026-03-09" in page
        for department, matters in story.parts(case).items():
            steps.grant(case, matters=matters, actor=story.officer(department), at=at)
        assert "没有需要您注意的期限" in client.get("/reminders/").content.decode()

    def test_nobody_sees_what_they_were_not_told(self, story: Story, client: Client) -> None:
        case = story.accepted()
        at = night(date(2026, 3, 6))
        periodic.run_due(at)
        brought(at)
        for user in (story.cast.officer("dept_fire"), story.cast.administrator):
            client.force_login(user)
            assert case.number not in client.get("/reminders/").content.decode()

    def test_it_is_the_staff_s(self, story: Story, client: Client) -> None:
        assert client.get("/reminders/").status_code == 302
        client.force_login(story.cast.shopkeeper)
        assert client.get("/reminders/").status_code == 403

    def test_statements_do_not_grow_with_the_rows(self, story: Story, office: dict[str, User], client: Client) -> None:
        client.force_login(office["head"])
        counts = []
        for more in (1, 4):
            for _ in range(more):
                story.accepted()
            at = night(date(2026, 3, 10))
            periodic.run_due(at)
            brought(at)
            with CaptureQueriesContext(connection) as captured:
                client.get("/reminders/")
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_sms_and_e_mail_settings_of_the_tests() -> None:
    """The tests above speak of channels that these settings have."""
    assert settings.SMS_BACKEND and settings.EMAIL_BACKEND
