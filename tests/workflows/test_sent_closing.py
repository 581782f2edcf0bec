"""A visit that was closed on a phone without a signal: it waits for colleagues, closes once, and tells of who was before."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from permits.inspections import arranging
from permits.models import Inspection
from tests.workflows.conftest import Story
from tests.workflows.test_inspections import MRB, TOBACCO, browser, enter_all, post, sign_all, team
from workflows import audit

pytestmark = pytest.mark.django_db


def agreed(story: Story) -> Inspection:
    """For today, with two officers of two departments."""
    now = timezone.now()
    return arranging.arrange(story.accepted(), on=now, officers=team(story), actor=story.officer(MRB), at=now)


def a_wish(**more: Any) -> dict[str, Any]:
    made_at = timezone.localtime() - timedelta(minutes=40)
    return {"client_id": str(uuid4()), "made_at": made_at.isoformat(), "days": 0} | more


def answer(client: Client, visit: Inspection, wish: dict[str, Any]) -> tuple[str, str]:
    (one,) = post(client, visit, "close/", wish).json()["answers"]
    assert one["client_id"] == wish["client_id"]
    return one["status"], one["message"]


def test_r2_18_a_closing_waits_for_every_finding_and_signature_and_then_happens_once(story: Story) -> None:
    visit, wish = agreed(story), a_wish()
    first, second = browser(story.cast.officer(MRB)), browser(story.cast.second_officer(TOBACCO))
    assert answer(first, visit, wish)[0] == "incomplete"
    enter_all(story, visit, {"chk_grease": "没有安装隔油设施"})
    status, why = answer(first, visit, wish)
    assert status == "incomplete" and str(story.cast.second_officer(TOBACCO)) in why
    sign_all(story, visit)
    assert answer(first, visit, wish | {"days": 61}) == ("refused", "整改期限应为 1 至 60 个工作日")
    assert not AuditEntry.objects.filter(act="inspection_closed").exists()
    status, papers = answer(first, visit, wish)
    visit.refresh_from_db()
    assert visit.record is not None and visit.notice is not None
    assert status == "accepted" and visit.record.number in papers and str(visit.rectify_by) in papers
    assert answer(first, visit, wish) == ("duplicate", papers)
    status, told = answer(second, visit, a_wish())
    assert status == "conflict" and str(story.cast.officer(MRB)) in told and visit.record.number in told
    (entry,) = AuditEntry.objects.filter(act="inspection_closed")
    assert entry.facts["wished_at"] == wish["made_at"] and entry.at > timezone.now() - timedelta(minutes=10)
    assert list(audit.disagreements()) == []


def test_a_visit_that_was_put_off_meanwhile_is_not_closed(story: Story) -> None:
    visit = agreed(story)
    enter_all(story, visit)
    sign_all(story, visit)
    tomorrow = timezone.now() + timedelta(days=1)
    arranging.propose(visit.case, slots=[tomorrow], actor=story.officer(MRB), at=timezone.now())
    client = browser(story.cast.officer(MRB))
    status, why = answer(client, visit, a_wish())
    assert status == "refused" and "待部门确认" in why
    assert post(client, visit, "close/", a_wish(days="many")).status_code == 422
