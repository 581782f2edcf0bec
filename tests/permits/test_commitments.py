"""R6.3: the letter is told, chosen freely, versioned and signed before the case is handed in."""

import pytest

from audit.violations import RuleViolation
from permits import filing, samples
from permits.models import Case
from permits.promises import commitments
from tests.people import Cast
from tests.permits.conftest import MONDAY


def sign(case: Case, cast: Cast, name: str = "王小店", *, agreed: bool = True):
    return commitments.sign(case, name=name, agreed=agreed, actor=cast.actor(cast.shopkeeper), at=MONDAY)


def test_r6_3_every_matter_by_commitment_has_its_letter(promising: Case) -> None:
    letters = commitments.letters(promising)
    assert letters
    for letter in letters:
        assert "自愿" in letter.text
        assert ("撤销有关许可" if letter.is_proof else "撤销许可") in letter.text
        assert promising.catalogue.label[:40] in letter.version
        assert len(letter.version) <= 80


def test_r6_3_the_letter_names_conditions_basis_day_and_consequences(promising: Case) -> None:
    letter = next(one for one in commitments.letters(promising) if one.subject == "m_fire")
    conditions = [line for line in letter.told if line.startswith("许可条件（")]
    assert "依据《中华人民共和国消防法》第十五条、第五十八条、" in letter.told[0]
    assert conditions[0].startswith("许可条件（1）：符合上列依据规定的许可条件")
    assert any("公众聚集场所建筑面积300㎡及以上" in line for line in conditions), "for whom the matter is"
    assert any("“场所平面布置图、场所消防设施平面图”所示的布局" in line for line in conditions), "what its papers show"
    health = next(one for one in commitments.letters(promising) if one.subject == "m_health")
    assert any("下列回答一致" in line and "是否有游泳池? 否" in line for line in health.told), "what led to commitment"
    assert not any("申请书" in line or "是否选择告知承诺" in line for line in conditions)
    assert f"已符合告知的{len(conditions)}项许可条件" in letter.promised[1]
    for words in ("签署承诺时即应符合", "20个工作日内，行政机关逐项核查", "责令限期整改", "依法撤销许可"):
        assert any(words in line for line in letter.told), words


def test_without_commitment_there_is_nothing_to_sign(draft: Case, cast: Cast) -> None:
    assert commitments.letters(draft) == []
    assert sign(draft, cast) == []
    commitments.require_signed(draft)


def test_r6_3_handing_in_needs_every_signature(promising: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="告知承诺书"):
        commitments.require_signed(promising)
    sign(promising, cast)
    commitments.require_signed(promising)
    assert {one.signed_by for one in promising.commitments.all()} == {"王小店"}


def test_signing_twice_is_one_signature(promising: Case, cast: Cast) -> None:
    sign(promising, cast)
    sign(promising, cast, " 王 小店 ")
    records = promising.commitments.count() + promising.proof_commitments.count()
    assert records == len(commitments.letters(promising))


@pytest.mark.parametrize(("name", "agreed", "code"), [("", True, "name_missing"), ("王小店", False, "not_agreed")])
def test_a_signature_is_a_name_and_a_tick(promising: Case, cast: Cast, name: str, agreed: bool, code: str) -> None:
    with pytest.raises(RuleViolation) as violation:
        sign(promising, cast, name, agreed=agreed)
    assert violation.value.code == code


def test_r2_16_a_stranger_cannot_sign(promising: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="王小店"):
        sign(promising, cast, "路人")


def test_another_wording_has_to_be_signed_anew(promising: Case, cast: Cast) -> None:
    sign(promising, cast)
    promising.commitments.update(sha256="0" * 64)
    assert commitments.unsigned(promising)
    sign(promising, cast)
    assert commitments.unsigned(promising) == []


def test_r6_3_an_unsigned_case_is_not_handed_in(promising: Case, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    samples.fill_form(promising, samples.notice_of(promising), actor=actor, at=MONDAY)
    with pytest.raises(RuleViolation) as violation:
        filing.submit(promising, actor=actor, at=MONDAY)
    assert violation.value.code == "commitment_unsigned"
    sign(promising, cast)
    assert filing.submit(promising, actor=actor, at=MONDAY).number
