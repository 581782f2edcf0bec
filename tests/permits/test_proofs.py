"""R6.7: a promise in the place of one proof has a letter, a record, a paper and a check of its own."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument

from audit.violations import RuleViolation
from permits import filing, materials, rendering, samples
from permits.files.sample_files import sample_pdf
from permits.merged_form.form import notice_of
from permits.models import Case, Document, ProofCheck, ProofCommitment
from permits.promises import commitments
from permits.promises.letters import Promise, letters_of
from tests.people import Cast
from tests.permits.conftest import MONDAY

PROOF = "mat_health_test"


def subjects(case: Case, promise: Promise) -> list[str]:
    return [letter.subject for letter in commitments.letters(case) if letter.promise == promise]


def hand_in(case: Case, cast: Cast, material: str = PROOF) -> Any:
    file = SimpleUploadedFile("检测报告.pdf", sample_pdf(PROOF, "检测报告").content, "application/pdf")
    return materials.attach(case, material, file, file.name or "", actor=cast.actor(cast.shopkeeper), at=MONDAY)


def submitted(case: Case, cast: Cast) -> Case:
    actor = cast.actor(cast.shopkeeper)
    samples.fill(case, actor=actor, at=MONDAY)
    return filing.submit(case, actor=actor, at=MONDAY)


def test_r6_7_proofs_and_conditions_are_promised_apart(promising: Case) -> None:
    assert PROOF in subjects(promising, Promise.PROOF)
    assert set(subjects(promising, Promise.CONDITIONS)) == {"m_health", "m_fire"}
    for letter in commitments.letters(promising):
        names = [one.material.name for one in notice_of(promising).materials if one.status == "commitment"]
        mentioned = {name for name in names if name in letter.text}
        assert mentioned == ({letter.name} if letter.is_proof else set())


def test_r6_7_a_proof_s_letter_tells_who_relies_on_it_and_that_it_is_free(promising: Case) -> None:
    letter = next(one for one in commitments.letters(promising) if one.subject == PROOF)
    assert letter.matters == ("m_health",)
    assert letter.title == "公共场所卫生检测或者评价报告证明事项告知承诺书"
    for words in ("公共场所卫生许可", "自愿选择", "核查", "撤销有关许可", "真实存在"):
        assert words in letter.text
    assert "证明内容：“公共场所卫生检测或者评价报告”所反映的情况真实存在，结果符合有关规定和标准。" in letter.told
    assert any("签署承诺时该事实即应真实存在" in line for line in letter.told)
    assert "应当证明的事实" not in letter.text, "what is proved is said, not that it is proved"
    again = notice_of(promising)
    assert letters_of(promising.own_catalogue, again) == letters_of(promising.own_catalogue, notice_of(promising))


def test_r6_7_whoever_hands_the_proof_in_promises_nothing(promising: Case, cast: Cast) -> None:
    file = hand_in(promising, cast)
    assert PROOF not in subjects(promising, Promise.PROOF)
    materials.remove(promising, file.pk, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert PROOF in subjects(promising, Promise.PROOF)


def test_r6_7_handing_in_needs_the_proof_s_letter_too(promising: Case, cast: Cast) -> None:
    commitments.sign(promising, name="王小店", agreed=True, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    ProofCommitment.objects.filter(case=promising, material=PROOF).delete()
    with pytest.raises(RuleViolation, match="公共场所卫生检测或者评价报告"):
        commitments.require_signed(promising)


def test_r6_7_a_promise_taken_back_by_handing_in_is_not_kept(promising: Case, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    samples.fill(promising, actor=actor, at=MONDAY)
    assert promising.proof_commitments.filter(material=PROOF).exists()
    hand_in(promising, cast)
    case = filing.submit(promising, actor=actor, at=MONDAY)
    assert case.proof_commitments.count() == 0
    assert not case.documents.filter(kind=Document.Kind.PROOF_COMMITMENT).exists()


def test_r6_7_a_promised_proof_is_a_paper_of_its_own(promising: Case, cast: Cast) -> None:
    case = submitted(promising, cast)
    paper = case.documents.get(kind=Document.Kind.PROOF_COMMITMENT)
    assert (paper.facts["material"], paper.body_id, paper.matters) == (PROOF, "dept_health", ["m_health"])
    assert paper.title == "公共场所卫生检测或者评价报告证明事项告知承诺书"
    letters = case.documents.filter(kind=Document.Kind.COMMITMENT_LETTER)
    assert sorted(letter.matters for letter in letters) == [["m_fire"], ["m_health"]]
    text = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(rendering.ensure(paper, at=MONDAY)))
    assert "选择以书面承诺代替一份证明材料" in text.replace("\r\n", "")


def test_one_proof_is_promised_once_in_a_case(promising: Case, cast: Cast) -> None:
    case = submitted(promising, cast)
    row = case.proof_commitments.get(material=PROOF)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert ProofCheck.objects.count() == 0


def test_the_page_of_a_promised_proof_takes_it_too(promising: Case, cast: Cast, client: Client) -> None:
    client.force_login(cast.shopkeeper)
    page = reverse("permits:material", args=[promising.key, PROOF])
    assert "由您自愿选择" in client.get(page).content.decode()
    file = SimpleUploadedFile("检测报告.pdf", sample_pdf(PROOF, "检测报告").content, "application/pdf")
    assert client.post(page, {"file": file}).status_code == 302
    assert "不用承诺代替" in client.get(page).content.decode()
    letters = client.get(reverse("permits:commitment", args=[promising.key])).content.decode()
    assert "公共场所卫生检测或者评价报告证明事项告知承诺书" not in letters
    assert "公共场所卫生许可（新办）告知承诺书" in letters
