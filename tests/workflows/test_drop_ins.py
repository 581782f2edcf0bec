"""R6.17: who leaves the counter without an answer is answered in five working days, and told."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from audit.violations import RuleViolation
from outbox.models import Message
from permits.at_counter import drop_ins
from permits.models import DropIn
from tests.workflows.conftest import MONDAY, Story
from workflows.models import Reminder
from workflows.reminders import remind, sources
from workflows.reminders.ladder import Kind

PAGE = "/drop-ins/"
GIVEN = {"who": "王小店", "phone": "138 1234 5678", "what": "想开便利店，不知道哪个部门管招牌"}


@pytest.fixture
def record(story: Story) -> DropIn:
    return drop_ins.leave_record(**GIVEN, actor=story.window, at=MONDAY)


def test_r6_17_a_record_is_answered_once_in_words_and_told(story: Story, record: DropIn) -> None:
    assert (str(record.due_on), record.phone) == ("2026-03-09", "13812345678")
    office = story.cast.actor(story.cast.service_office)
    for wrong in ({"text": "……"}, {"told": "pigeon"}, {"actor": story.applicant}):
        with pytest.raises(RuleViolation):
            drop_ins.answer(record.pk, **{"text": "由街道办理", "told": "phone", "actor": office, "at": MONDAY} | wrong)
    drop_ins.answer(record.pk, text="招牌由街道办理", told="sms", actor=office, at=MONDAY)
    sent = Message.objects.get(kind="drop_in_answered")
    assert sent.address == "13812345678"
    assert "招牌" not in sent.body, "nothing of the answer goes into an SMS"
    with pytest.raises(RuleViolation):
        drop_ins.answer(record.pk, text="再答一次", told="phone", actor=office, at=MONDAY)
    assert [one.act for one in AuditEntry.objects.filter(subject=record.audit_subject)] == [
        "drop_in_recorded",
        "drop_in_answered",
    ]


def test_r6_17_who_is_to_answer_is_reminded_and_then_those_above(story: Story, record: DropIn) -> None:
    def told(days: int) -> list[str]:
        remind.remind(Kind.DROP_IN, MONDAY + timedelta(days=days), lambda _case: nullcontext())
        return list(Reminder.objects.exclude(levels=[]).order_by("pk").values_list("rule", flat=True))

    assert told(1) == []
    assert told(4) == ["drop_in-1"]
    assert told(4) == ["drop_in-1"], "told once"
    assert told(8) == ["drop_in-1", "drop_in+1"]
    assert sources.still_open(Reminder.objects.all()) == set(Reminder.objects.values_list("pk", flat=True))
    drop_ins.answer(record.pk, text="招牌由街道办理", told="phone", actor=story.window, at=MONDAY)
    assert sources.still_open(Reminder.objects.all()) == set()


def test_the_worklist_takes_and_answers(story: Story, client: Client) -> None:
    case = story.submitted()
    client.force_login(story.cast.clerk)
    assert client.post(PAGE, GIVEN | {"phone": ""}).status_code == 422
    assert client.post(PAGE, GIVEN | {"number": "123"}).status_code == 422
    assert client.post(PAGE, GIVEN | {"number": case.number}).status_code == 302
    row = DropIn.objects.get()
    assert row.case == case
    client.force_login(story.cast.service_office)
    assert "王小店" in client.get(PAGE).text
    place = reverse("workflows:drop_in", args=[row.pk])
    assert client.get(place).status_code == 200
    assert client.post(place, {"text": "", "told": "phone"}).status_code == 422
    public = reverse("workflows:drop_in_answer", args=[row.code])
    assert "轮到窗口" in Client().get(public).text
    assert client.post(place, {"text": "由街道办理", "told": "phone"}).status_code == 302
    assert client.post(place, {"text": "由街道办理", "told": "phone"}).status_code == 409
    page = Client().get(public).text
    assert "由街道办理" in page
    assert "王小店" not in page
    for user in (story.cast.shopkeeper, story.cast.officer("dept_mrb")):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
        assert client.get(place).status_code == 403
