"""Letters, alarms and the page that the letters lead to."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from outbox.models import Message
from permits.wording import grouped
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.reminders.nights import brought, letters_of, night
from workflows import periodic, steps
from workflows.models import Reminder
from workflows.reminders import digest

pytestmark = pytest.mark.django_db


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
        english = client.get("/reminders/", headers={"accept-language": "en"}).content.decode()
        assert 'lang="zh-Hans">食品经营许可<' in english
        assert "(" not in english.partition("”")[0].rpartition("“")[2], "a name stands there once, with its meaning"
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
