"""What a department has to do about joint visits, on its desk: also a lead that has no section of its own in the case."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from permits.inspections import arranging
from tests.workflows.conftest import Story
from tests.workflows.test_inspections import MRB

pytestmark = pytest.mark.django_db
SPORTS, FIRE = "dept_sports", "dept_fire"


def desk(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/work/").content.decode()


def test_r2_18_a_lead_without_a_section_arranges_the_visit_from_its_desk(
    story: Story, client: Client, django_assert_max_num_queries: Any
) -> None:
    story.industries, story.answers = ["gym"], {"area_m2": 900, "is_public_gathering": True}
    case = story.accepted()
    assert not case.sections.filter(body_id=SPORTS).exists()
    lead, fire = story.cast.officer(SPORTS), story.cast.officer(FIRE)
    plan = f"/inspect/plan/{case.number}/"
    assert plan in desk(client, lead) and "提出核查时间" in desk(client, lead)
    assert case.enterprise.name not in desk(client, story.cast.officer(MRB))
    tomorrow = timezone.localtime() + timedelta(days=1)
    said = {"day_1": tomorrow.date().isoformat(), "hour_1": "09:30"}
    client.force_login(lead)
    assert client.post(plan, said).status_code == 302
    assert plan not in desk(client, lead)
    visit = case.inspections.get()
    assert f"/inspect/{visit.key}/confirm/" in desk(client, fire)
    officers = [fire, story.cast.second_officer(FIRE)]
    arranging.confirm(visit, officers=officers, slots=[], actor=story.officer(FIRE), at=timezone.now())
    assert "另提核查时间" in desk(client, lead)
    with django_assert_max_num_queries(16):
        client.get("/work/")
