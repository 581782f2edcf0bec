"""Who is told of what falls due, once, whatever nights are missed and however often or in how many places it runs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from calendars.working_days import WorkingCalendar, YearNotLoaded
from certificates.acts import renewing
from certificates.models import LicenceItem
from outbox.models import Message, Parcel
from permits import clock
from permits.deadlines import stops
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.reminders.nights import brought, letters_of, night, nights, statements_of, told
from tests.workflows.test_after_checks import BATH
from workflows import periodic, steps
from workflows.models import Reminded, Reminder
from workflows.reminders import of_permits, sources
from workflows.reminders.ladder import Kind

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


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
        case = story.consenting(case)
        steps.request_supplement(case, items={"mat_food_layout": "缺"}, actor=story.window, at=MONDAY)
        steps.serve_papers(case, at=MONDAY)
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


def copies(case: Case, count: int) -> None:
    """The same case again and again, as rows: submitted ones whose check has just begun."""
    columns = {
        field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields if not field.primary_key
    }
    Case.objects.bulk_create(
        Case(**(columns | {"key": f"k{n}", "code": f"c{n}", "number": f"n{n}"})) for n in range(count)
    )


class TestFailures:
    def test_a_year_without_a_calendar_stops_one_case_only(
        self, story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
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
        assert {entry.exc_info for entry in caplog.records if "2026 年" in entry.getMessage()} == {None}
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


class TestTheHolder:
    """R2.31: who holds a permit hears in time that its renewal has to be applied for; its department, what it has to decide."""

    def test_r2_31_a_renewal_is_called_for_until_it_is_applied_for(self, story: Story) -> None:
        case = story.decided()
        steps.issue(case, at=MONDAY + timedelta(days=1))
        item = LicenceItem.objects.get(case_matter__case=case, matter="m_food_license")
        LicenceItem.objects.filter(pk=item.pk).update(valid_to=date(2026, 9, 30))  # closes on 9 September
        for on in (date(2026, 7, 15), date(2026, 8, 20)):
            periodic.run_due(night(on))
        assert told("renewal") == [("renewal-40", "2026-07-15"), ("renewal-15", "2026-08-20")]
        renewing.renew(case, matters=[item.matter], actor=story.applicant, at=night(date(2026, 8, 25)))
        for on in (date(2026, 9, 4), date(2026, 9, 21)):
            periodic.run_due(night(on))
        assert len(told("renewal")) == 2
        assert told("application") == [("application-10", "2026-09-21")]

    def test_what_holds_without_end_calls_for_nothing(self, story: Story) -> None:
        case = story.decided()
        steps.issue(case, at=MONDAY + timedelta(days=1))
        LicenceItem.objects.filter(case_matter__case=case).update(valid_to=None)
        assert list(of_permits.renewals(None, None)) == []
