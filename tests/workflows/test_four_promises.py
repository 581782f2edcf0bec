"""R6.7: four things are called a promise. Each has a record, a paper and a consequence of its own, and none has another's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.verify import verify
from audit.violations import RuleViolation
from certificates.models import LicenceItem
from permits import rendering
from permits.models import BreachRecord, Case, Document, IndustryCommitment
from permits.promises import industry_commitments, post_checks
from tests.workflows import late
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_after_checks import BATH, FIRE, FOUND
from workflows import life_steps, steps
from workflows.audit import disagreements

LATER = MONDAY + timedelta(days=60)
MARKET, STORE = "dept_mrb", "convenience_store"
K = Document.Kind


def promised(story: Story, case: Case, **more: Any) -> IndustryCommitment:
    """The industry's promise signed by the shopkeeper."""
    said = {"industries": [STORE], "name": "王小店", "agreed": True} | more
    return industry_commitments.sign(case, **said, actor=story.applicant, at=MONDAY + timedelta(hours=2))[0]


def broken_industry(story: Story) -> Case:
    case = story.accepted()
    promised(story, case)
    industry_commitments.find_broken(
        case, industry=STORE, findings="管理制度没有建立", actor=story.officer(MARKET), at=LATER
    )
    return case


def by_commitment(story: Story) -> Case:
    story.industries, story.answers = ["bath_foot_spa"], dict(BATH)
    case = story.promised()
    for department, matters in story.parts(case).items():
        steps.grant(case, matters=matters, actor=story.officer(department), at=MONDAY + timedelta(hours=3))
    steps.issue(case, at=MONDAY + timedelta(hours=4))
    return case


def broken_conditions(story: Story) -> Case:
    case = by_commitment(story)
    told: dict[str, Any] = {"matters": ["m_fire"], "actor": story.officer(FIRE)}
    post_checks.post_check(case, result="broken", at=MONDAY + timedelta(days=1), **told, **FOUND)
    life_steps.revoke(case, ground="commitment_broken", reason="仍堆放杂物", at=LATER, **told)
    return case


def untrue_proof(story: Story) -> Case:
    case = by_commitment(story)
    told: dict[str, Any] = {"matters": ["m_health"], "result": "broken", "untrue": ["mat_health_test"], **FOUND}
    post_checks.post_check(case, actor=story.officer("dept_health"), at=MONDAY + timedelta(days=1), **told)
    return case


def late_paper(story: Story) -> Case:
    case = late.promised(story)
    steps.end_acceptance(case, at=LATER)
    return case


def consequences(case: Case) -> set[str]:
    """All that followed from promises that were not kept."""
    kinds = set(case.documents.values_list("kind", flat=True))
    of_papers = {
        K.RECTIFICATION_ORDER: "order",
        K.REVOCATION_DECISION: "revocation",
        K.ACCEPTANCE_ENDED: "end of acceptance",
        K.INDUSTRY_BREACH_NOTICE: "end of the industry's promise",
        K.REFUSAL_DECISION: "refusal",
    }
    found = {words for kind, words in of_papers.items() if kind in kinds}
    found |= {"record"} if BreachRecord.objects.exists() else set()
    found |= {"permit ended"} if LicenceItem.objects.exclude(state="valid").exists() else set()
    return found


@pytest.mark.parametrize(
    ("breach", "expected"),
    [
        (broken_conditions, {"order", "revocation", "record", "permit ended"}),
        (untrue_proof, {"order"}),  # what follows is the matter's own check: an order, and only then what stands above
        (late_paper, {"end of acceptance"}),
        (broken_industry, {"end of the industry's promise"}),
    ],
)
def test_r6_7_each_breach_has_its_own_consequence_only(
    story: Story, breach: Callable[[Story], Case], expected: set[str]
) -> None:
    case = breach(story)
    assert consequences(case) == expected
    assert list(disagreements()) == [] and verify() is None


def test_r6_7_a_promise_for_the_industry_changes_no_matter(story: Story) -> None:
    case = story.accepted()
    columns = ("matter", "state", "route", "statutory_by", "promised_by")
    before = list(case.matters.values_list(*columns))
    row = promised(story, case)
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.state, list(fresh.matters.values_list(*columns))) == ("accepted", before)
    assert (fresh.commitments.count(), fresh.proof_commitments.count(), fresh.tolerances.count()) == (0, 0, 0)
    assert row.paper.kind == K.INDUSTRY_COMMITMENT and row.paper.body_id == MARKET and "业诺" in row.paper.number
    assert "不代替任何许可决定" in row.text and "不因此撤销" in row.text
    assert rendering.ensure(row.paper, at=MONDAY)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_r6_7_after_a_breach_no_other_before_it_is_put_right(story: Story) -> None:
    case = broken_industry(story)
    with pytest.raises(RuleViolation) as refusal:
        promised(story, case)
    assert refusal.value.code == "industry_promise_broken"
    repair: dict[str, Any] = {"industry": STORE, "repair": "制度已建立", "at": LATER}
    with pytest.raises(RuleViolation, match="牵头部门"):
        industry_commitments.put_right(case, actor=story.officer("dept_tobacco"), **repair)
    industry_commitments.put_right(case, actor=story.officer(MARKET), **repair)
    assert promised(story, case).state == "standing"


def test_r6_7_an_industry_for_which_none_is_offered_has_none(restaurant: Story) -> None:
    case = restaurant.accepted()
    assert industry_commitments.letters(case) == [] and not industry_commitments.is_offered(case)
    with pytest.raises(RuleViolation, match="没有为所选行业"):
        promised(restaurant, case, industries=["restaurant"])


@pytest.mark.parametrize(
    ("said", "code"),
    [({"agreed": False}, "not_agreed"), ({"name": "路人"}, "not_a_signer"), ({"read": "x"}, "letter_changed")],
)
def test_r6_7_it_is_read_agreed_to_and_signed_by_name(story: Story, said: dict[str, Any], code: str) -> None:
    case = story.submitted()
    with pytest.raises(RuleViolation) as refusal:
        promised(story, case, **said)
    assert refusal.value.code == code


@pytest.fixture
def pages(story: Story, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], tuple[Client, str]]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=1))
    case = story.accepted()
    page = reverse("workflows:industry_promise", args=[case.number])

    def of(user: Any) -> tuple[Client, str]:
        client = Client()
        client.force_login(user)
        return client, page

    return of


def test_the_page_from_the_signature_to_the_breach_and_back(
    story: Story, pages: Callable[[Any], tuple[Client, str]]
) -> None:
    shop, page = pages(story.cast.shopkeeper)
    lead, _page = pages(story.cast.officer(MARKET))
    other, _page = pages(story.cast.officer("dept_tobacco"))
    said = {"industry": STORE}
    assert "签署行业承诺书" in shop.get(page).content.decode()
    assert "申请人没有作行业承诺" in lead.get(page).content.decode()
    assert shop.post(page, said | {"do": "sign", "name": "王小店"}).status_code == 422
    assert shop.post(page, said | {"do": "sign", "name": "路人", "agreed": "on"}).status_code == 409
    assert shop.post(page, said | {"do": "sign", "name": "王小店", "agreed": "on"}).status_code == 302
    assert shop.post(page, said | {"do": "broken", "findings": "x"}).status_code == 400
    assert other.post(page, said | {"do": "broken", "findings": "x"}).status_code == 400
    assert lead.post(page, said | {"do": "take_back"}).status_code == 400
    assert lead.post(page, said | {"do": "broken", "findings": "制度没有建立"}).status_code == 302
    assert "确认之前不能再作行业承诺" in shop.get(page).content.decode()
    assert lead.post(page, said | {"do": "put_right", "repair": "已建立"}).status_code == 302
    assert "可以重新作行业承诺" in shop.get(page).content.decode()
    assert shop.post(page, said | {"do": "sign", "name": "王小店", "agreed": "on"}).status_code == 302
    assert shop.post(page, said | {"do": "take_back"}).status_code == 302
    assert "没有任何不利后果" in shop.get(page).content.decode()
    case_page = shop.get(reverse("workflows:case", args=[Case.objects.get().number])).content.decode()
    assert "行业承诺没有履行，已终止" in case_page and "industry_promise" not in case_page
