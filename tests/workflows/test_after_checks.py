"""R6.5, R6.6: a check follows every grant by commitment; what is not as promised is first ordered to be put right."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.verify import verify
from audit.violations import RuleViolation
from certificates.acts import ending
from certificates.models import Licence
from outbox.models import Parcel
from permits import delivery
from permits.models import BreachRecord, Case, Document, PostCheck, ProofCheck
from permits.promises import breaches, post_checks
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from workflows import life_steps, steps
from workflows.audit import disagreements
from workflows.models import CaseProcess
from workflows.reminders import sources

FIRE = "dept_fire"
BATH: dict[str, Any] = {
    "area_m2": 400,
    "is_public_gathering": True,
    "has_bath": True,
    "has_pool": False,
    "drains_to_sewer": False,
    "choose_commitment": True,
    "has_signboard": True,
}
FOUND = {"findings": "疏散通道堆放杂物", "items": ["清理疏散通道"]}


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands in the story, whatever the day on which the tests run."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=3))


@pytest.fixture
def bath(story: Story) -> Story:
    story.industries, story.answers = ["bath_foot_spa"], dict(BATH)
    return story


def granted(story: Story, at: datetime = MONDAY) -> Case:
    """Every department has granted: fire and health by commitment, the signboard the ordinary way."""
    case = story.promised(at)
    for department, matters in story.parts(case).items():
        steps.grant(case, matters=matters, actor=story.officer(department), at=at + timedelta(hours=3))
    steps.issue(case, at=at + timedelta(hours=4))
    return case


def check_of(case: Case, matter: str = "m_fire") -> PostCheck:
    return PostCheck.objects.get(case_matter__case=case, case_matter__matter=matter)


def broken(story: Story, case: Case, at: datetime = MONDAY) -> PostCheck:
    post_checks.post_check(case, matters=["m_fire"], result="broken", actor=story.officer(FIRE), at=at, **FOUND)
    return check_of(case)


def test_r6_5_the_grant_opens_a_check_for_what_went_by_commitment_alone(bath: Story) -> None:
    case = granted(bath)
    checks = {one.case_matter.matter: one for one in PostCheck.objects.filter(case_matter__case=case)}
    assert set(checks) == {"m_fire", "m_health"}
    assert checks["m_fire"].due_on == date(2026, 3, 30)  # 20 working days
    assert checks["m_health"].due_on == date(2026, 5, 6)  # 60 days end in the May holidays
    assert all(one.state == PostCheck.State.DUE and one.mandatory for one in checks.values())


def test_r6_5_a_matter_without_a_window_of_its_own_has_the_general_one(bath: Story) -> None:
    bath.answers |= {"area_m2": 140, "is_public_gathering": False, "drains_to_sewer": True}
    case = granted(bath)
    assert check_of(case, "m_drainage").due_on == date(2026, 5, 6)


def test_an_ordinary_case_has_no_check(story: Story) -> None:
    story.decided()
    assert not PostCheck.objects.exists()


def test_r6_5_the_decision_says_when_the_check_comes(bath: Story) -> None:
    case = granted(bath)
    paper = next(d for d in case.documents.filter(kind="grant_decision") if d.matters == ["m_fire"])
    assert paper.facts["check_by"] == "2026-03-30"
    other = next(d for d in case.documents.filter(kind="grant_decision") if d.matters == ["m_signboard"])
    assert "check_by" not in other.facts


def test_kept_is_the_end_of_it(bath: Story) -> None:
    case = granted(bath)
    post_checks.post_check(case, matters=["m_fire"], result="kept", actor=bath.officer(FIRE), at=MONDAY)
    one = check_of(case)
    assert (one.state, one.result, one.done_on) == ("kept", "kept", MONDAY.date())
    with pytest.raises(RuleViolation, match="不能进行"):
        post_checks.post_check(case, matters=["m_fire"], result="kept", actor=bath.officer(FIRE), at=MONDAY)
    assert verify() is None


def test_r6_6_broken_orders_to_rectify_with_a_numbered_paper_and_a_last_day(bath: Story) -> None:
    case = granted(bath)
    one = broken(bath, case)
    assert (one.state, one.result, one.rectify_by) == ("broken", "broken", date(2026, 3, 16))
    order = case.documents.get(kind=Document.Kind.RECTIFICATION_ORDER)
    assert one.order == order and order.body_id == FIRE and "责改" in order.number
    assert order.facts["items"] == ["清理疏散通道"] and order.facts["due_on"] == "2026-03-16"
    assert Parcel.objects.filter(key__endswith=":rectification_ordered").exists()


def test_r6_6_the_order_may_name_its_own_period(bath: Story) -> None:
    case = granted(bath)
    actor = bath.officer(FIRE)
    post_checks.post_check(case, matters=["m_fire"], result="broken", days=3, actor=actor, at=MONDAY, **FOUND)
    assert check_of(case).rectify_by == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"findings": " ", "items": ["x"]}, "findings"),
        ({"findings": "x", "items": [" "]}, "items"),
        (FOUND | {"days": 61}, "days"),
        (FOUND | {"days": -1}, "days"),
    ],
)
def test_r6_6_an_order_says_what_and_until_when(bath: Story, details: dict[str, Any], field: str) -> None:
    case = granted(bath)
    with pytest.raises(RuleViolation) as violation:
        post_checks.post_check(
            case, matters=["m_fire"], result="broken", actor=bath.officer(FIRE), at=MONDAY, **details
        )
    assert violation.value.field == field
    assert check_of(case).state == PostCheck.State.DUE


def test_r6_6_what_is_put_right_in_time_is_kept_in_the_end(bath: Story) -> None:
    case = granted(bath)
    broken(bath, case)
    actor, at = bath.officer(FIRE), MONDAY + timedelta(days=7)
    post_checks.post_check(case, matters=["m_fire"], result="kept", findings="已清理", actor=actor, at=at)
    one = check_of(case)
    assert (one.state, one.result, one.rechecked_on) == ("repaired", "kept", at.date())


def test_r6_6_nobody_is_too_late_before_the_period_is_over(bath: Story) -> None:
    case = granted(bath)
    broken(bath, case)
    actor = bath.officer(FIRE)
    last_day = datetime.combine(date(2026, 3, 16), MONDAY.timetz())
    with pytest.raises(RuleViolation, match="期满之前"):
        post_checks.post_check(case, matters=["m_fire"], result="broken", actor=actor, at=last_day)
    post_checks.post_check(case, matters=["m_fire"], result="broken", actor=actor, at=last_day + timedelta(days=1))
    assert check_of(case).state == PostCheck.State.BROKEN


def test_r6_6_the_database_holds_that_revocation_comes_after_the_period(bath: Story) -> None:
    case = granted(bath)
    one = broken(bath, case)
    one.rechecked_on = one.rectify_by
    one.revoke()
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_r1_2_a_department_checks_its_own_matters_only(bath: Story) -> None:
    case = granted(bath)
    with pytest.raises(RuleViolation, match="不属于您的部门"):
        post_checks.check(case, matters=["m_fire"], result="kept", actor=bath.officer("dept_health"), at=MONDAY)
    with pytest.raises(RuleViolation, match="岗位"):
        post_checks.check(case, matters=["m_fire"], result="kept", actor=bath.window, at=MONDAY)
    with pytest.raises(RuleViolation, match="没有事后核查任务"):
        post_checks.check(case, matters=["m_signboard"], result="kept", actor=bath.officer(FIRE), at=MONDAY)


SignIn = Callable[[Any], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def browser(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


def test_the_list_is_the_department_s_own(bath: Story, sign_in: SignIn) -> None:
    case = granted(bath)
    address = reverse("workflows:after_checks")
    fire = sign_in(bath.cast.officer(FIRE)).get(address).content.decode()
    assert "公众聚集场所" in fire and "公共场所卫生许可" not in fire and case.number in fire
    assert "没有核查任务" in sign_in(bath.cast.officer("dept_mrb")).get(address).content.decode()
    assert sign_in(bath.cast.shopkeeper).get(address).status_code == 403
    assert sign_in(bath.cast.clerk).get(address).status_code == 403
    one = reverse("workflows:after_check", args=[check_of(case).pk])
    assert sign_in(bath.cast.officer("dept_mrb")).get(one).status_code == 404
    assert Client().get(one).status_code == 302


def test_the_list_costs_the_same_however_long(
    bath: Story, sign_in: SignIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    granted(bath)
    client, address = sign_in(bath.cast.officer(FIRE)), reverse("workflows:after_checks")
    client.get(address)
    with django_assert_max_num_queries(5):
        client.get(address)
    for day in range(1, 4):
        granted(bath, MONDAY + timedelta(days=day))
    with django_assert_max_num_queries(5):
        client.get(address)


def test_an_officer_records_a_check_on_its_page(bath: Story, sign_in: SignIn) -> None:
    case = granted(bath)
    client, address = sign_in(bath.cast.officer(FIRE)), reverse("workflows:after_check", args=[check_of(case).pk])
    assert "轮到本部门" in client.get(address).content.decode()
    assert client.post(address, {"do": "record"}).status_code == 422
    wrong = client.post(address, {"do": "record", "result": "broken", "findings": "", "items": "", "days": "5"})
    assert wrong.status_code == 422 and "请写明核查发现的情况" in wrong.content.decode()
    typed = {"do": "record", "result": "broken", "findings": "堆放杂物", "items": "清理通道\n张贴标识", "days": "5"}
    assert client.post(address, typed).status_code == 302
    one = check_of(case)
    assert one.state == PostCheck.State.BROKEN and one.order and one.order.facts["items"] == ["清理通道", "张贴标识"]
    page = client.get(address).content.decode()
    assert one.order.number in page and "整改后与承诺相符" in page
    assert client.post(address, {"do": "no_such"}).status_code == 400


def test_the_holder_sees_the_check_and_the_order(bath: Story, sign_in: SignIn) -> None:
    case = granted(bath)
    shop = sign_in(bath.cast.shopkeeper)
    assert "2026-03-30 前核查" in shop.get(case.get_absolute_url()).content.decode()
    one = broken(bath, case)
    page = shop.get(case.get_absolute_url()).content.decode()
    assert "轮到您：核查发现与承诺不符，请在 2026-03-16 前整改" in page
    assert one.order and one.order.number in page and "责令限期整改" in page


def test_r6_3_a_section_says_whether_it_can_be_decided_at_once(bath: Story, sign_in: SignIn) -> None:
    case = bath.promised(channel=Case.Channel.WINDOW)
    client = sign_in(bath.cast.officer(FIRE))
    assert "告知承诺，可以当场决定" in client.get(reverse("workflows:section", args=[case.number])).content.decode()
    case.materials.update(removed_at=MONDAY)
    page = client.get(reverse("workflows:section", args=[case.number])).content.decode()
    assert "告知承诺，但材料不齐" in page
    assert "窗口当场决定" in sign_in(bath.cast.shopkeeper).get(case.get_absolute_url()).content.decode()


def test_r6_6_revocation_ends_one_permit_and_is_put_on_the_record(bath: Story) -> None:
    case = granted(bath)
    broken(bath, case)
    actor, late = bath.officer(FIRE), MONDAY + timedelta(days=20)
    with pytest.raises(RuleViolation, match="期满之前"):
        ending.revoke(case, matters=["m_fire"], ground="commitment_broken", reason="x", actor=actor, at=MONDAY)
    ending.revoke(case, matters=["m_fire"], ground="commitment_broken", reason="仍堆放杂物", actor=actor, at=late)
    licence = Licence.objects.get(case=case)
    assert {item.matter: item.state for item in licence.items.all()} == {
        "m_health": "valid",
        "m_fire": "revoked",
        "m_signboard": "valid",
    }
    newest = licence.versions.latest("version")
    assert (newest.version, newest.reason) == (2, "revoked")
    assert newest.facts["holder"] == licence.versions.get(version=1).facts["holder"]
    decision = case.documents.get(kind=Document.Kind.REVOCATION_DECISION)
    record = case.documents.get(kind=Document.Kind.CANCELLATION_RECORD)
    assert decision.body_id == record.body_id == FIRE
    assert decision.facts["remedies"]["review_by"] and "陈述、申辩" in decision.facts["statement"]
    assert record.facts["after"] == decision.number and record.facts["ground"] == "after_other_act"
    breach = BreachRecord.objects.get()
    assert (breach.source, breach.document, breach.enterprise) == (decision.number, decision, case.enterprise)
    assert verify() is None


def test_r6_6_an_officer_revokes_on_the_page_after_asking_back(
    bath: Story, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = granted(bath)
    one = broken(bath, case)
    client, address = sign_in(bath.cast.officer(FIRE)), reverse("workflows:after_check", args=[one.pk])
    typed = {"do": "revoke", "reason": "仍堆放杂物", "confirmed": "1"}
    assert "撤销这一项许可" not in client.get(address).content.decode()
    assert client.post(address, typed).status_code == 409
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=20))
    client = sign_in(bath.cast.officer(FIRE))
    assert "撤销这一项许可" in client.get(address).content.decode()
    assert client.post(address, {"do": "revoke", "reason": " "}).status_code == 422
    assert "确认撤销" in client.post(address, {"do": "revoke", "reason": "仍堆放杂物"}).content.decode()
    assert client.post(address, typed).status_code == 302
    assert check_of(case).state == PostCheck.State.REVOKED
    assert "已撤销" in client.get(address).content.decode()


def test_r6_7_the_check_says_of_each_promised_proof_whether_it_is_true(bath: Story, client: Client) -> None:
    case = granted(bath)
    health = bath.officer("dept_health")
    page = reverse("workflows:after_check", args=[check_of(case, "m_health").pk])
    client.force_login(User.objects.get(pk=health.user_id))
    assert "公共场所卫生检测或者评价报告证明事项告知承诺书" in client.get(page).content.decode()
    said = {"do": "record", "result": "kept", "untrue": ["mat_health_test"], "findings": "无检测报告"}
    refused = client.post(page, said)
    assert refused.status_code == 422
    assert "核查结果应为“与承诺不符”" in refused.content.decode()
    said |= {"result": "broken", "items": "提交检测报告", "days": "10"}
    assert client.post(page, said).status_code == 302
    assert list(ProofCheck.objects.values_list("promise__material", "is_true")) == [("mat_health_test", False)]
    assert "核查不实" in client.get(page).content.decode()
    assert check_of(case, "m_health").state == "broken"


def test_r6_7_who_did_not_rely_on_a_proof_does_not_judge_it(bath: Story) -> None:
    case = granted(bath)
    told = {"matters": ["m_fire"], "result": "broken", "untrue": ["mat_health_test"], **FOUND}
    with pytest.raises(RuleViolation) as refused:
        post_checks.post_check(case, actor=bath.officer(FIRE), at=MONDAY, **told)
    assert refused.value.code == "no_such_proof"
    assert check_of(case).state == "due"
    post_checks.post_check(case, matters=["m_fire"], result="kept", actor=bath.officer(FIRE), at=MONDAY)
    assert not ProofCheck.objects.exists()


# before the licence -------------------------------------------------------------------------------------------------


def test_r6_4_a_breach_since_the_hand_in_bars_the_grant_by_commitment_until_it_is_repaired(bath: Story) -> None:
    case = bath.promised(MONDAY)
    office = bath.cast.actor(bath.cast.service_office)
    said = {"about": "未履行", "source": "信用平台", "decided_on": MONDAY.date()}
    breach = breaches.record(case.enterprise, **said, actor=office, at=MONDAY)
    with pytest.raises(RuleViolation, match="改按一般程序") as refused:
        steps.grant(case, matters=["m_fire"], actor=bath.officer(FIRE), at=MONDAY)
    assert refused.value.rule == "R6.4"
    steps.grant(case, matters=["m_signboard"], actor=bath.officer("dept_subdistrict"), at=MONDAY)
    breaches.repair(breach, reason="已履行", actor=office, at=MONDAY)
    steps.grant(case, matters=["m_fire"], actor=bath.officer(FIRE), at=MONDAY)


def test_r6_6_a_grant_in_force_is_revoked_before_there_is_a_licence_and_joins_none(bath: Story) -> None:
    case = bath.promised(MONDAY)
    steps.grant(case, matters=["m_fire"], actor=bath.officer(FIRE), at=MONDAY)
    broken(bath, case)
    late = MONDAY + timedelta(days=20)
    given = {"ground": "commitment_broken", "reason": "仍堆放杂物", "actor": bath.officer(FIRE), "at": late}
    (item,) = life_steps.revoke(case, matters=["m_fire"], **given)
    assert (item.state, item.licence_id, check_of(case).state) == ("revoked", None, "revoked")
    with pytest.raises(RuleViolation):
        life_steps.revoke(case, matters=["m_fire"], **given)
    for breach in BreachRecord.objects.all():
        breaches.repair(breach, reason="已履行", actor=bath.cast.actor(bath.cast.service_office), at=late)
    left = {body: [one for one in matters if one != "m_fire"] for body, matters in bath.parts(case).items()}
    for department, matters in left.items():
        if matters:
            steps.grant(case, matters=matters, actor=bath.officer(department), at=late)
    licence = steps.issue(case, at=late)
    assert {one.matter for one in licence.items.all()} == {"m_health", "m_signboard"}
    assert "m_fire" not in {row.matter for row in delivery.undelivered(case.matters.all())}
    assert list(disagreements()) == [] and verify() is None


def test_r2_33_what_was_revoked_is_not_delivered_any_more(bath: Story) -> None:
    case = granted(bath)
    broken(bath, case)
    late = MONDAY + timedelta(days=20)
    given = {"ground": "commitment_broken", "reason": "仍堆放杂物", "actor": bath.officer(FIRE), "at": late}
    life_steps.revoke(case, matters=["m_fire"], **given)
    handing = Handing("window", "王小店")
    record = steps.deliver(case, handing=handing, actor=bath.cast.actor(bath.cast.service_office), at=late)
    assert {row.matter for row in record.covered} == {"m_health", "m_signboard"}
    assert not list(sources.deliveries(None, [case.pk])) and list(disagreements()) == []


def test_r2_33_with_its_only_permit_revoked_nothing_waits_for_delivery(bath: Story) -> None:
    case = bath.promised(MONDAY)
    steps.grant(case, matters=["m_fire"], actor=bath.officer(FIRE), at=MONDAY)
    for department, matters in bath.parts(case).items():
        if department != FIRE:
            steps.refuse(case, matters=matters, reason="不符合条件", actor=bath.officer(department), at=MONDAY)
    broken(bath, case)
    given = {"ground": "commitment_broken", "reason": "仍堆放杂物", "actor": bath.officer(FIRE)}
    life_steps.revoke(case, matters=["m_fire"], **given, at=MONDAY + timedelta(days=20))
    assert steps.waiting_at(CaseProcess.objects.get(case=case)) == "" and list(disagreements()) == []
