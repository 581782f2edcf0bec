"""R6.3, R6.4: the way is chosen freely per matter until handing in; a breach on the record leads to the ordinary one."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.verify import verify
from audit.violations import RuleViolation
from permits import filing, samples
from permits.merged_form.form import notice_of
from permits.models import BreachRecord, Case, Document
from permits.promises import breaches, commitments, ways
from tests.people import Cast
from tests.permits.conftest import MONDAY

As = Callable[[User], Client]


def routes(case: Case) -> dict[str, str]:
    return {entry.id: entry.route for entry in notice_of(case).matters}


def breach(case: Case, cast: Cast) -> BreachRecord:
    actor = cast.actor(cast.service_office)
    return breaches.record(
        case.enterprise,
        about="消防安全承诺",
        source="沪信〔2025〕12号",
        decided_on=MONDAY.date(),
        actor=actor,
        at=MONDAY,
    )


def submitted(case: Case, cast: Cast) -> Case:
    actor = cast.actor(cast.shopkeeper)
    samples.fill(case, actor=actor, at=MONDAY)
    return filing.submit(case, actor=actor, at=MONDAY)


def test_r6_3_a_matter_may_go_the_ordinary_way_and_back(promising: Case, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    assert routes(promising)["m_fire"] == "commitment"
    ways.choose(promising, ordinary=["m_fire"], actor=actor, at=MONDAY)
    entry = next(one for one in notice_of(promising).matters if one.id == "m_fire")
    assert (entry.route, entry.kept_ordinary, entry.inspection) == ("ordinary", "chosen", True)
    assert "m_fire" not in {letter.subject for letter in commitments.letters(promising)}
    ways.choose(promising, ordinary=[], actor=actor, at=MONDAY)
    assert routes(promising)["m_fire"] == "commitment"


def test_r6_3_what_leaves_no_choice_cannot_be_chosen(promising: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="没有办理方式"):
        ways.choose(promising, ordinary=["m_tobacco"], actor=cast.actor(cast.shopkeeper), at=MONDAY)


def test_r6_3_after_handing_in_the_way_stands(promising: Case, cast: Cast) -> None:
    case = submitted(promising, cast)
    with pytest.raises(RuleViolation):
        ways.choose(case, ordinary=["m_fire"], actor=cast.actor(cast.shopkeeper), at=MONDAY)


def test_r6_3_the_chosen_way_is_the_case_s(promising: Case, cast: Cast) -> None:
    ways.choose(promising, ordinary=["m_fire"], actor=cast.actor(cast.shopkeeper), at=MONDAY)
    case = submitted(promising, cast)
    assert case.matters.get(matter="m_fire").route == "ordinary"
    letters = case.documents.filter(kind=Document.Kind.COMMITMENT_LETTER)
    assert [letter.matters for letter in letters] == [["m_health"]]


def test_r6_4_a_breach_turns_every_matter_to_the_ordinary_way(promising: Case, cast: Cast) -> None:
    breach(promising, cast)
    assert set(routes(promising).values()) == {"ordinary"}
    assert {way.words for way in ways.ways_of(promising) if way.id == "m_fire"} == {
        "有未修复的违背承诺记录，按一般程序办理"
    }
    case = submitted(promising, cast)
    assert {row.route for row in case.matters.all()} == {"ordinary"}
    assert case.ordinary == {"m_health": "breach", "m_fire": "breach"}
    assert case.documents.filter(kind=Document.Kind.COMMITMENT_LETTER).count() == 0


def test_r6_4_a_breach_that_comes_after_signing_is_found_at_handing_in(promising: Case, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    samples.fill(promising, actor=actor, at=MONDAY)
    breach(promising, cast)
    case = filing.submit(promising, actor=actor, at=MONDAY)
    assert ways.rerouted(case) == ["公共场所卫生许可", "公众聚集场所投入使用、营业前消防安全检查"]
    assert notice_of(case).matters[0].route == "ordinary"


def test_r6_4_a_case_handed_in_keeps_its_way_whatever_comes_on_the_record(promising: Case, cast: Cast) -> None:
    case = submitted(promising, cast)
    breach(case, cast)
    assert routes(case)["m_fire"] == "commitment"


def test_r6_4_a_repaired_breach_stands_against_nothing(promising: Case, cast: Cast) -> None:
    record = breach(promising, cast)
    repaired = breaches.repair(
        record, reason="整改完成，准予信用修复", actor=cast.actor(cast.service_office), at=MONDAY
    )
    assert routes(promising)["m_fire"] == "commitment"
    assert verify() is None
    with pytest.raises(RuleViolation, match="已于"):
        breaches.repair(repaired, reason="再次", actor=cast.actor(cast.service_office), at=MONDAY)


@pytest.mark.parametrize("role", ["shopkeeper", "clerk"])
def test_r6_4_only_the_service_office_keeps_the_record(promising: Case, cast: Cast, role: str) -> None:
    record, other = breach(promising, cast), cast.actor(getattr(cast, role))
    with pytest.raises(RuleViolation, match="岗位"):
        breaches.repair(record, reason="整改完成", actor=other, at=MONDAY)
    with pytest.raises(RuleViolation, match="岗位"):
        breaches.record(promising.enterprise, about="x", source="y", decided_on=MONDAY.date(), actor=other, at=MONDAY)


def test_a_repair_without_reason_is_none(promising: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="理由"):
        breaches.repair(breach(promising, cast), reason=" ", actor=cast.actor(cast.service_office), at=MONDAY)


def test_the_applicant_chooses_on_a_page(promising: Case, cast: Cast, sign_in: As) -> None:
    shop, address = sign_in(cast.shopkeeper), reverse("permits:ways", args=[promising.key])
    page = shop.get(address).content.decode()
    assert "公共场所卫生许可" in page and "排水" in page
    answer = shop.post(address, {"m_health": "ordinary", "m_fire": "commitment"})
    assert answer.status_code == 302
    promising.refresh_from_db(fields=["ordinary"])
    assert promising.ordinary == {"m_health": "chosen"}
    hub = shop.get(reverse("permits:draft", args=[promising.key])).content.decode()
    assert "告知承诺 1 项，改按一般程序 1 项" in hub
    assert shop.post(address, {}).status_code == 422


def test_nobody_chooses_for_another_enterprise(promising: Case, cast: Cast, sign_in: As) -> None:
    address = reverse("permits:ways", args=[promising.key])
    assert sign_in(cast.stranger).get(address).status_code == 404
    assert sign_in(cast.officer("dept_fire")).get(address).status_code == 404


def test_r6_4_the_draft_says_what_stands_on_the_record(promising: Case, cast: Cast, sign_in: As) -> None:
    breach(promising, cast)
    shop = sign_in(cast.shopkeeper)
    for name in ("permits:draft", "permits:ways"):
        page = shop.get(reverse(name, args=[promising.key])).content.decode()
        assert "有未修复的违背承诺记录" in page and "沪信〔2025〕12号" in page


def test_without_commitment_nothing_is_looked_up(
    draft: Case, django_assert_num_queries: Callable[[int], object]
) -> None:
    case = Case.objects.select_related("notice", "catalogue").get(pk=draft.pk)
    with django_assert_num_queries(0):
        notice_of(case)


def test_r6_4_a_breach_recorded_meanwhile_leads_from_the_letters_to_the_ways(
    promising: Case, cast: Cast, sign_in: As
) -> None:
    page = sign_in(cast.shopkeeper)
    letters = reverse("permits:commitment", args=[promising.key])
    assert page.get(letters).status_code == 200
    breach(promising, cast)
    for answer in (page.get(letters, follow=True), page.post(letters, {"agreed": "on", "name": "王小店"}, follow=True)):
        assert answer.redirect_chain == [(reverse("permits:ways", args=[promising.key]), 302)]
        assert "不能再以告知承诺办理" in answer.content.decode()
        assert "也不适用容缺受理" in answer.content.decode()
