"""A telephone or a document at the counter costs the same in a district of any size: each is found by an index."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Authority, Enterprise, User
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story
from workflows.desk import finding, scans

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
PHONE, DOCUMENT = "13800000001", "11010519491231002X"


def plan(rows: QuerySet[Any]) -> str:
    """How the database would read these rows, if it reads no table from end to end where it can help it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return str(rows.explain())


LOOKUPS: list[tuple[str, Callable[[], QuerySet[Any]]]] = [
    ("enterprise_by_phone", lambda: Enterprise.objects.filter(phone=PHONE)),
    ("enterprise_by_person", lambda: Enterprise.objects.filter(representative_id_number=DOCUMENT)),
    ("authority_by_phone", lambda: Authority.objects.filter(agent_phone=PHONE)),
    ("authority_by_document", lambda: Authority.objects.filter(agent_id_number=DOCUMENT)),
    ("user_by_phone", lambda: User.objects.filter(phone=PHONE)),
]


@pytest.mark.parametrize(("index", "rows"), LOOKUPS, ids=[index for index, _rows in LOOKUPS])
def test_each_lookup_has_its_index(index: str, rows: Callable[[], QuerySet[Any]]) -> None:
    assert index in plan(rows())


@pytest.mark.parametrize("typed", [PHONE, DOCUMENT])
def test_the_cases_of_a_holder_and_of_an_agent_are_found_without_reading_every_case(story: Story, typed: str) -> None:
    own, other, foreign = (story.submitted(MONDAY + timedelta(hours=hour)) for hour in range(3))
    agent = {"agent_name": "陈代办", "since": date(2026, 3, 1), "until": date(2026, 4, 1), "granted_at": MONDAY}
    power = Authority.objects.create(
        enterprise=own.enterprise, agent_phone=PHONE, agent_id_number=DOCUMENT, proof="recorded", **agent
    )
    holder = Enterprise.objects.create(uscc="91310105MA1FW00370", name="某店", phone=PHONE)
    Enterprise.objects.filter(pk=holder.pk).update(representative_id_number=DOCUMENT)
    Case.objects.filter(pk=own.pk).update(authority=power)
    Case.objects.filter(pk=other.pk).update(enterprise=holder)
    found = finding.find(story.cast.clerk, typed)
    assert {hit.case.pk for hit in found.cases} == {own.pk, other.pk}, foreign
    said = scans.read(typed, case_prefix="3101052026")
    rows = Case.objects.visible_to(story.cast.clerk).filter(finding._condition(said))
    assert not re.search(r"(SCAN|Seq Scan on) permits_case\b", plan(rows))


def test_what_nobody_has_finds_nothing(story: Story) -> None:
    story.submitted()
    found = finding.find(story.cast.clerk, "13900000009")
    assert (found.cases, found.enterprises) == ((), ())
