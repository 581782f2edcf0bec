"""Whatever names a last day in a year without a notice says that it is provisional: pages, papers, messages (R2.6)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from calendars import services
from certificates.acts import changing
from industries.models import CatalogueVersion
from outbox import delivery
from outbox.models import Message, Parcel
from permits.completeness import gaps
from permits.deadlines import extensions, stops
from permits.hearing import hearings
from permits.messages import KIND
from permits.models import Case, Document
from tests.people import Cast
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_recount import FILED
from workflows import steps
from workflows.lists.worklists import limit

pytestmark = pytest.mark.django_db
FOOD = "m_food_license"
MARK = "暂定"


@pytest.fixture
def late(cast: Cast, catalogue: CatalogueVersion) -> Story:
    """Cases of the last days of a year whose successor has no notice yet."""
    return Story(cast, catalogue)


def facts(case: Case, kind: str) -> dict[str, Any]:
    return dict(case.documents.get(kind=kind).facts)


def test_r2_6_papers_and_messages_say_so(late: Story) -> None:
    case, officer, head = late.accepted(FILED), late.officer("dept_mrb"), late.cast.head("dept_mrb")
    about: dict[str, Any] = {"matters": [FOOD], "actor": officer, "at": FILED}
    extensions.extend(case, reason="情况复杂", approver=late.cast.actor(head), **about)
    hearings.tell(case, matter=FOOD, cause="refusal", intended="不符合条件", actor=officer, at=FILED)
    stops.stop_clock(case, ground="testing", needed_days=10, **about)
    for kind in (Document.Kind.EXTENSION_NOTICE, Document.Kind.HEARING_RIGHT_NOTICE, Document.Kind.CLOCK_STOP_NOTICE):
        assert facts(case, kind)["provisional"], kind
    delivery.deliver_all(list(Parcel.objects.filter(kind=KIND).values_list("key", flat=True)), at=FILED)
    for kind in ("accepted", "hearing_told", "clock_stopped"):
        told = Message.objects.get(kind=kind, channel="inbox", recipient=late.cast.shopkeeper)
        assert MARK in told.body, kind
    assert MARK not in Message.objects.get(kind="limit_extended", channel="inbox").body, "it names no day"


def test_r2_6_the_receipt_of_an_application_says_so(late: Story) -> None:
    case = late.decided(FILED)
    steps.issue(case, at=FILED)
    changing.change(case, fields={"f_rep_name": "李新"}, actor=late.applicant, at=FILED)
    assert facts(case, Document.Kind.APPLICATION_RECEIPT)["provisional"]


def test_r2_6_pages_say_it_of_a_clock_that_stands(late: Story, client: Client) -> None:
    case, officer = late.accepted(FILED), late.officer("dept_mrb")
    Case.objects.filter(pk=case.pk).update(provisional=False)
    stops.stop_clock(case, matters=[FOOD], ground="testing", needed_days=10, actor=officer, at=FILED)
    Case.objects.filter(pk=case.pk).update(provisional=False)
    seen = {
        late.cast.shopkeeper: [case.get_absolute_url(), reverse("workflows:why", args=[case.number, FOOD])],
        late.cast.officer("dept_mrb"): [reverse("workflows:clock", args=[case.number])],
    }
    for who, pages in seen.items():
        client.force_login(who)
        for page in pages:
            assert MARK in client.get(page).text, page


@pytest.mark.parametrize(("by", "moves"), [("2026-12-31", False), ("2027-01-08", True), ("2031-01-08", True)])
def test_a_limit_is_provisional_with_any_day_up_to_it(late: Story, by: str, moves: bool) -> None:
    assert limit(services.current(), FILED.date(), date.fromisoformat(by)).provisional is moves


def test_r2_9_the_preview_names_the_departments_that_have_not_answered(story: Story, client: Client) -> None:
    case = story.submitted()
    gaps.open_reviews(case, departments=["dept_tobacco"], actor=story.window, at=MONDAY)
    client.force_login(story.cast.clerk)
    wanted = {"need_mat_food_layout": "on", "text_mat_food_layout": "缺少尺寸"}
    page = client.get(reverse("workflows:intake", args=[case.number])).context["page"]
    answer = client.post(
        reverse("workflows:intake", args=[case.number]), wanted | {"do": "preview", "stamp": page.stamp}
    )
    assert "它们以后发现的问题不能再告知" in answer.text
    assert "区烟草专卖局，最迟" in answer.text
