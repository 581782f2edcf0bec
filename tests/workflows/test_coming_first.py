"""Whoever waits for another department's decision hears of it, and sees it in the list and on the page (R1.31)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calendars.working_days import WorkingCalendar
from outbox import delivery
from outbox.models import Message, MessagePreference, Parcel
from permits import messages, prerequisites
from permits.models import Case
from permits.prerequisites import EVENT
from permits.statements import all_matters
from tests.workflows.conftest import MONDAY, Story
from workflows import claims, steps
from workflows.lists import worklists
from workflows.lists.worklists import Desk, View
from workflows.shown import coming_first

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
CULTURE, POLICE, FIRE = "dept_culture_tourism", "dept_police", "dept_fire"
CAFE, SECURITY, SAFETY = "m_internet_cafe", "m_net_security", "m_fire"
OF = {SECURITY: POLICE, SAFETY: FIRE}


@pytest.fixture
def cafe(story: Story) -> Story:
    """An internet café: its permit waits for the police's and the fire service's; two officers are there to grant it."""
    assert story.cast.officer(CULTURE) != story.cast.second_officer(CULTURE)
    return Story(story.cast, story.catalogue, ["internet_cafe"], {"area_m2": 300, "has_signboard": False})


@pytest.fixture
def case(cafe: Story) -> Case:
    return cafe.accepted()


def do(story: Story, case: Case, what: str, matter: str) -> None:
    """The matter's department grants or refuses it, or the applicant withdraws it."""
    if what == "withdraw":
        steps.withdraw(case, matters=[matter], actor=story.applicant, at=TUESDAY)
    else:
        said = {"reason": "不符合条件"} if what == "refuse" else {}
        getattr(steps, what)(case, matters=[matter], actor=story.officer(OF[matter]), at=TUESDAY, **said)


def told() -> list[Message]:
    """What was brought to those who waited, oldest first."""
    for parcel in Parcel.objects.filter(kind=messages.KIND, key__contains=EVENT).order_by("pk"):
        delivery.deliver(parcel.key)
    return list(Message.objects.filter(kind=EVENT, channel="inbox").order_by("pk"))


@pytest.mark.parametrize(
    ("deeds", "subject", "words", "standing"),
    [
        (["grant"], "前置事项已有一部分办结", "还在等待公众聚集场所", "open"),
        (["grant", "grant"], "前置事项已准予，可以作出决定", "现在可以作出决定", "granted"),
        (["refuse"], "前置事项没有准予，不能准予", "作出不予许可决定", "barred"),
        (["refuse", "grant"], "前置事项没有准予，不能准予", "没有准予（互联网上网服务营业场所信息网络安全", "barred"),
        (["withdraw"], "前置事项已有一部分办结", "已由申请人撤回", "open"),
        (["withdraw", "grant"], "前置事项已准予，可以作出决定", "现在可以作出决定", "granted"),
        (["grant", "withdraw"], "前置事项已撤回，请核对", "此前已经取得该许可的", "granted"),
        (["withdraw", "withdraw"], "前置事项已撤回，请核对", "不再有需要等待的事项", ""),
    ],
)
def test_r1_31_whoever_waits_is_told_and_the_list_says_how_it_stands(
    cafe: Story, case: Case, calendar: WorkingCalendar, deeds: list[str], subject: str, words: str, standing: str
) -> None:
    for what, matter in zip(deeds, [SECURITY, SAFETY], strict=False):
        do(cafe, case, what, matter)
    brought = told()
    assert len(brought) == 2 * len(deeds), "both officers of the department, once for each decision"
    assert {one.recipient.body_id for one in brought if one.recipient} == {CULTURE}
    assert brought[-1].subject.startswith(subject)
    assert words in brought[-1].body
    assert brought[-1].link == case.get_absolute_url()
    desk = Desk(cafe.cast.officer(CULTURE))
    rows = worklists.sections(desk, View(tab="all"), calendar, TUESDAY.date())
    [row] = worklists.rows_of(rows, desk, calendar, TUESDAY.date())
    assert [one.first for one in row.matters] == [standing]


def test_r1_31_it_is_told_in_english_to_whoever_holds_the_section_alone(cafe: Story, case: Case) -> None:
    holder = cafe.cast.officer(CULTURE)
    claims.claim(case, actor=cafe.cast.actor(holder), at=MONDAY + timedelta(hours=2))
    MessagePreference.objects.create(user=holder, language="en")
    do(cafe, case, "grant", SECURITY)
    do(cafe, case, "refuse", SAFETY)
    first, last = told()
    assert (first.recipient, last.recipient) == (holder, holder)
    assert first.subject.startswith("Part of what comes first has been decided: ")
    assert last.subject.startswith("What comes first was not granted, so this cannot be granted: ")
    assert "please refuse it and give this as the reason" in last.body
    assert not re.search(r"[{}]|\(\)|, \.", first.body + last.body)


def test_r1_31_nobody_is_told_where_nobody_waits_any_more(cafe: Story, case: Case) -> None:
    steps.withdraw(case, matters=[CAFE], actor=cafe.applicant, at=TUESDAY)
    do(cafe, case, "grant", SECURITY)
    steps.withdraw(case, actor=cafe.applicant, at=TUESDAY)
    assert told() == []


def test_r1_31_no_statement_is_spent_on_it(story: Story, case: Case, cafe: Story) -> None:
    """Neither where nothing waits nor where something does: the message leaves with the act's other parcels."""
    everything = all_matters(case)
    ordinary = story.accepted()
    others = all_matters(ordinary)
    with CaptureQueriesContext(connection) as asked:
        assert (
            len(prerequisites.told(case, [one for one in everything if one.matter == SAFETY], everything, TUESDAY)) == 1
        )
        assert prerequisites.told(ordinary, others[:1], others, TUESDAY) == []
    assert len(asked) == 0


def test_r1_31_the_list_asks_once_for_a_whole_page_and_never_where_nothing_waits(
    story: Story, cafe: Story, case: Case
) -> None:
    cases = [case, cafe.accepted(), story.accepted()]
    page = [section for one in cases for section in one.sections.select_related("case").prefetch_related("matters")]
    for section in page:
        section.case.__dict__["catalogue_sha256"] = case.catalogue.sha256
    with CaptureQueriesContext(connection) as asked:
        found = coming_first.standings(page)
    assert (len(asked), sorted(found.values())) == (1, ["open", "open"])
    ordinary = [section for section in page if section.case_id == cases[2].pk]
    with CaptureQueriesContext(connection) as asked:
        assert coming_first.standings(ordinary) == {}
    assert len(asked) == 0


def test_r1_31_a_permit_that_has_ended_since_does_not_count(cafe: Story, case: Case) -> None:
    do(cafe, case, "grant", SECURITY)
    do(cafe, case, "grant", SAFETY)
    case.matters.filter(matter=SAFETY).update(permit_ended_at=TUESDAY)
    everything = all_matters(case)
    waiting = next(one for one in everything if one.matter == CAFE)
    assert prerequisites.standing(prerequisites.of(case, waiting, everything)) == "barred"


@pytest.mark.parametrize(
    ("deeds", "words"),
    [
        ([], "须在前置事项准予之后才能准予"),
        (["grant", "grant"], "前置事项都已准予"),
        (["grant", "refuse"], "请写明这一理由，作出不予许可决定"),
    ],
)
def test_r1_31_the_section_s_page_says_what_can_be_done(
    cafe: Story, case: Case, client: Client, deeds: list[str], words: str
) -> None:
    for what, matter in zip(deeds, [SECURITY, SAFETY], strict=False):
        do(cafe, case, what, matter)
    client.force_login(cafe.cast.officer(CULTURE))
    assert words in client.get(f"/work/{case.number}/").content.decode()
