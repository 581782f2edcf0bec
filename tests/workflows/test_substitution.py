"""What an absent colleague holds: on the substitute's desk, done in both names, with clock and claim untouched."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import Substitution, User
from audit.models import AuditEntry
from audit.violations import RuleViolation
from permits.deadlines import extensions, stops
from permits.models import Case, LimitExtension
from tests.workflows.conftest import MONDAY, Story
from workflows import claims, steps
from workflows.messages import recipients

pytestmark = pytest.mark.django_db

TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)
MRB, FOOD = "dept_mrb", ["m_food_license"]


@pytest.fixture
def case(story: Story) -> Case:
    """The officer has claimed the food part and is away from Tuesday to Thursday."""
    case = story.accepted()
    claims.claim(case, actor=story.officer(MRB), at=MONDAY + timedelta(hours=2))
    appoint(story, story.cast.officer(MRB), colleague(story))
    return case


def colleague(story: Story) -> User:
    return story.cast.second_officer(MRB)


def substitute(story: Story) -> Actor:
    return Actor.of(colleague(story))


def appoint(story: Story, absent: User, to: User, *, by: User | None = None, head_power: bool = False) -> Substitution:
    return substitutions.appoint(
        absent=absent,
        substitute=to,
        since=TUESDAY.date(),
        until=TUESDAY.date() + timedelta(days=2),
        reason="年休假",
        head_power=head_power,
        actor=Actor.of(by or absent),
        at=MONDAY,
    )


def last_entry(case: Case) -> AuditEntry:
    entry = AuditEntry.objects.filter(subject=case.audit_subject).last()
    assert entry is not None
    return entry


@pytest.mark.parametrize("at", [MONDAY + timedelta(hours=3), FRIDAY], ids=["before", "after"])
def test_outside_its_days_the_section_is_the_holders_alone(story: Story, case: Case, at: datetime) -> None:
    with pytest.raises(RuleViolation) as refused:
        steps.grant(case, matters=FOOD, actor=substitute(story), at=at)
    assert refused.value.code == "claimed_by_other"


def test_the_substitute_decides_in_both_names_and_the_claim_stays(story: Story, case: Case) -> None:
    promised = case.matters.get(matter=FOOD[0]).promised_by
    steps.grant(case, matters=FOOD, actor=substitute(story), at=TUESDAY)
    row, section = case.matters.get(matter=FOOD[0]), case.sections.get(body_id=MRB)
    assert (row.decided_by, row.promised_by) == (colleague(story), promised)
    assert section.claimed_by == story.cast.officer(MRB)
    assert last_entry(case).actor == "mrb-2 mrb-2（代 mrb）"


def test_the_holder_still_acts_in_their_own_name(story: Story, case: Case) -> None:
    steps.grant(case, matters=FOOD, actor=story.officer(MRB), at=TUESDAY)
    assert last_entry(case).actor == story.officer(MRB).label


def test_clocks_are_stopped_and_started_and_extensions_asked_for(story: Story, case: Case) -> None:
    actor = substitute(story)
    stops.stop_clock(case, matters=FOOD, ground="testing", actor=actor, at=TUESDAY)
    stops.resume_clock(case, matters=FOOD, actor=actor, at=TUESDAY + timedelta(hours=1))
    extensions.request_extension(case, matters=FOOD, reason="检测结果未出", actor=actor, at=TUESDAY)
    acts = ("clock_stopped", "clock_resumed", "extension_requested")
    entries = AuditEntry.objects.filter(subject=case.audit_subject, act__in=acts)
    assert {entry.actor for entry in entries} == {"mrb-2 mrb-2（代 mrb）"}
    assert entries.count() == 3


def test_claiming_it_changes_nothing_and_it_can_be_given_back(story: Story, case: Case) -> None:
    before = case.sections.get(body_id=MRB)
    assert claims.claim(case, actor=substitute(story), at=TUESDAY).claimed_at == before.claimed_at
    claims.release(case, actor=substitute(story), at=TUESDAY)
    assert case.sections.get(body_id=MRB).claimed_by is None
    assert (last_entry(case).act, last_entry(case).actor) == ("released", "mrb-2 mrb-2（代 mrb）")


def test_the_substitute_hands_it_on_in_both_names(story: Story, case: Case) -> None:
    third = User.objects.create(username="mrb-3", role=User.Role.OFFICER, body_id=MRB)
    claims.hand_over(case, to=third, reason="专业对口", actor=substitute(story), at=TUESDAY)
    assert case.sections.get(body_id=MRB).claimed_by == third
    assert last_entry(case).actor == "mrb-2 mrb-2（代 mrb）"


def test_the_head_gives_away_what_somebody_holds_who_has_left(story: Story, case: Case) -> None:
    head, third = story.cast.head(MRB), User.objects.create(username="mrb-3", role=User.Role.OFFICER, body_id=MRB)
    User.objects.filter(pk=story.cast.officer(MRB).pk).update(is_active=False)
    claims.hand_over(case, to=third, reason="原经办人已调离", actor=Actor.of(head), at=FRIDAY)
    assert case.sections.get(body_id=MRB).claimed_by == third
    assert last_entry(case).actor == "mrb-2 mrb-2"


def test_r2_19_a_substitute_of_the_head_extends_only_where_a_head_named_them(story: Story) -> None:
    case, head, officer = story.accepted(), story.cast.head(MRB), story.cast.officer(MRB)
    third = User.objects.create(username="mrb-3", display_name="张三", role=User.Role.OFFICER, body_id=MRB)
    plain = appoint(story, head, third)
    extensions.request_extension(case, matters=FOOD, reason="检测结果未出", actor=Actor.of(officer), at=TUESDAY)
    with pytest.raises(RuleViolation) as refused:
        extensions.approve_extension(case, matters=FOOD, actor=Actor.of(third), at=TUESDAY)
    assert refused.value.code == "not_the_head"
    substitutions.end(plain, reason="改为代行职权", actor=Actor.of(head), at=MONDAY)
    appoint(story, head, third, head_power=True)
    extensions.approve_extension(case, matters=FOOD, actor=Actor.of(third), at=TUESDAY)
    assert last_entry(case).actor == "mrb-3 张三（代 mrb-2）"
    assert case.documents.get(kind="extension_notice").facts["approver"] == "张三（代 mrb-2）"


def test_r2_19_nobody_approves_in_the_heads_place_what_they_asked_for(story: Story) -> None:
    case, head, officer = story.accepted(), story.cast.head(MRB), story.cast.officer(MRB)
    appoint(story, head, officer, head_power=True)
    extensions.request_extension(case, matters=FOOD, reason="检测结果未出", actor=Actor.of(officer), at=TUESDAY)
    with pytest.raises(RuleViolation) as refused:
        extensions.approve_extension(case, matters=FOOD, actor=Actor.of(officer), at=TUESDAY)
    assert refused.value.code == "own_request"
    tobacco = story.cast.officer("dept_tobacco")
    appoint(story, story.cast.head("dept_tobacco"), tobacco, head_power=True)
    with pytest.raises(RuleViolation, match="由您代负责人批准"):
        extensions.extend(
            case,
            matters=["m_tobacco"],
            reason="检测结果未出",
            actor=Actor.of(tobacco),
            approver=Actor.of(tobacco),
            at=TUESDAY,
        )
    assert case.extensions.get().state == LimitExtension.State.REQUESTED
    extensions.approve_extension(case, matters=FOOD, actor=Actor.of(head), at=TUESDAY)


def today_for(absent: User, to: User) -> Substitution:
    """Pages and messages ask what runs today."""
    now = timezone.now()
    day = timezone.localtime(now).date()
    return substitutions.appoint(
        absent=absent, substitute=to, since=day, until=day, reason="病假", actor=Actor.of(absent), at=now
    )


def test_the_worklist_and_the_page_say_for_whom(client: Client, story: Story, case: Case) -> None:
    client.force_login(colleague(story))
    section = reverse("workflows:section", args=[case.number])
    assert section not in client.get(reverse("workflows:work")).content.decode()
    today_for(story.cast.officer(MRB), colleague(story))
    listed = client.get(reverse("workflows:work")).content.decode()
    assert section in listed
    assert "代 mrb" in listed
    page = client.get(section).content.decode()
    assert "代 mrb 办理" in page
    assert 'value="decide"' in page
    client.post(section, {"do": "release"})
    assert case.sections.get(body_id=MRB).claimed_by is None


def test_the_absent_colleague_keeps_it_on_their_own_list(client: Client, story: Story, case: Case) -> None:
    today_for(story.cast.officer(MRB), colleague(story))
    client.force_login(story.cast.officer(MRB))
    assert case.enterprise.name in client.get(reverse("workflows:work")).content.decode()


def test_the_substitute_is_told_what_the_holder_is_told(story: Story, case: Case) -> None:
    today_for(story.cast.officer(MRB), colleague(story))
    told = {recipient.user for recipient in recipients.of("holders", case, timezone.localdate())}
    assert told == {story.cast.officer(MRB), colleague(story)}
