"""Papers: what each must say (law and file-review standards), on few pages, made once, durable."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.conf import settings

from calendars.working_days import WorkingCalendar
from outbox import delivery
from permits import rendering, samples
from permits.law import remedies
from permits.models import Case, Document
from tests.workflows.conftest import (  # noqa: F401 - fixtures
    MONDAY,
    Story,
    official_calendar,
    story,
)
from workflows import demo, steps

TUESDAY = MONDAY + timedelta(days=1)
K = Document.Kind


def pdf_of(case: Case, kind: str, matter: str = "") -> pypdfium2.PdfDocument:
    rows = [row for row in rendering.documents().filter(case=case, kind=kind) if not matter or matter in row.matters]
    return pypdfium2.PdfDocument(rendering.ensure(rows[0], at=TUESDAY))


def text_of(pdf: pypdfium2.PdfDocument) -> str:
    """All words, without the breaks of lines."""
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)


def supplement(story: Story) -> Case:  # noqa: F811
    case = story.consenting(story.submitted())
    items = {"mat_food_layout": "平面图缺少尺寸", "f_rep_name": "与证件不符"}
    steps.request_supplement(case, items=items, actor=story.window, at=TUESDAY)
    return case


def untold(story: Story) -> Case:  # noqa: F811
    """Corrected without a consent to service on line: the notice has still to be handed over."""
    case = story.submitted()
    steps.request_supplement(case, items={"mat_food_layout": "平面图缺少尺寸"}, actor=story.window, at=TUESDAY)
    return case


def declined(story: Story) -> Case:  # noqa: F811
    case = story.submitted()
    steps.decline(case, reason="不属于本区管辖", actor=story.window, at=TUESDAY, taken_by="王小店")
    return case


def deemed(story: Story) -> Case:  # noqa: F811
    case = story.submitted()
    assert steps.accept_by_silence(case, at=MONDAY + timedelta(days=9))
    return case


def decided(story: Story) -> Case:  # noqa: F811
    case = story.consenting(story.accepted())
    scopes = {"m_food_license": "预包装食品销售"}
    officer = story.officer("dept_mrb")
    steps.grant(case, matters=["m_food_license"], actor=officer, at=TUESDAY, scopes=scopes)
    officer = story.officer("dept_tobacco")
    steps.refuse(case, matters=["m_tobacco"], reason="与学校距离不足五十米", actor=officer, at=TUESDAY)
    return case


def unserved(story: Story) -> Case:  # noqa: F811
    """Refused without a consent to service on line: no last day is known."""
    case, officer = story.accepted(), story.officer("dept_tobacco")
    steps.refuse(case, matters=["m_tobacco"], reason="与学校距离不足五十米", actor=officer, at=TUESDAY)
    return case


MUST_SAY: list[tuple[str, Callable[[Story], Case], str, list[str]]] = [
    (K.FILING_RECEIPT, lambda one: one.submitted(), "", ["收件凭证", "2026年3月9日", "食品经营许可", "第三十二条"]),
    (
        K.ACCEPTANCE_NOTICE,
        lambda one: one.accepted(),
        "",
        ["受理通知书", "第三十二条第一款第（五）项", "2026年3月2日", "2026年3月9日", "2026-03-16"],
    ),
    (K.ACCEPTANCE_NOTICE, deemed, "", ["视为受理", "第三十二条第一款第（四）项", "2026年3月2日起"]),
    (K.SUPPLEMENT_NOTICE, supplement, "", ["一次性告知", "平面图缺少尺寸", "与证件不符", "2026年3月31日", "电子送达"]),
    (K.SUPPLEMENT_NOTICE, untold, "", ["自收到本告知之日起第20个工作日", "以送达回证载明的日期为送达日期"]),
    (K.DECLINE_DECISION, declined, "", ["不予受理", "不属于本区管辖", "2026年5月6日", "2026年9月3日"]),
    (K.GRANT_DECISION, decided, "m_food_license", ["准予行政许可", "市场监督管理局", "预包装食品销售", "2031年3月2日"]),
    (K.REFUSAL_DECISION, unserved, "m_tobacco", ["自收到本决定之日起60日内向", "以送达回证载明的日期为准"]),
    (
        K.REFUSAL_DECISION,
        decided,
        "m_tobacco",
        ["不予行政许可", "与学校距离不足五十米", "行政复议", "行政诉讼", "2026年5月6日", "在线申请行政复议"],
    ),
]


@pytest.mark.parametrize(("kind", "make", "matter", "words"), MUST_SAY, ids=lambda value: str(value)[:20])
def test_a_paper_says_what_it_must(
    story: Story,  # noqa: F811
    kind: str,
    make: Callable[[Story], Case],
    matter: str,
    words: list[str],
) -> None:
    case = make(story)
    pdf = pdf_of(case, kind, matter)
    text = text_of(pdf)
    common = [case.number, "上海长宁示例便利店有限公司", "91310105MA1FW00290"]
    assert [word for word in [*common, *words] if word not in text] == []
    assert len(pdf) <= 2


def test_the_receipt_of_a_whole_convenience_store_is_one_sheet(story: Story) -> None:  # noqa: F811
    story.answers = dict(demo.ANSWERS)
    case = story.draft()
    samples.fill(case, actor=story.applicant, at=MONDAY)
    steps.submit(case, actor=story.applicant, at=MONDAY)
    assert (case.matters.count(), case.materials.count()) >= (5, 11)
    assert len(pdf_of(case, K.FILING_RECEIPT)) == 1


def test_r2_39_a_supplement_notice_bears_no_remedies(story: Story) -> None:  # noqa: F811
    assert "复议" not in text_of(pdf_of(supplement(story), K.SUPPLEMENT_NOTICE))


def test_r2_38_one_paper_per_matter_with_its_own_departments_remedies(story: Story) -> None:  # noqa: F811
    case = story.accepted()
    for department, matters in story.parts(case).items():
        steps.refuse(case, matters=matters, reason="不符合", actor=story.officer(department), at=TUESDAY)
    papers = case.documents.filter(kind=K.REFUSAL_DECISION)
    assert [len(paper.matters) for paper in papers] == [1, 1, 1]
    assert all(paper.facts["remedies"]["review_body"] == paper.body.remedies["review_body"] for paper in papers)


def test_a_filing_is_called_a_filing(story: Story) -> None:  # noqa: F811
    case = story.decided()
    paper = next(one for one in case.documents.filter(kind=K.GRANT_DECISION) if one.matters == ["m_signboard"])
    text = text_of(pdf_of(case, K.GRANT_DECISION, "m_signboard"))
    assert paper.title == "备案通知书"
    assert "备案通知书" in text
    assert "备案编号" in text
    assert "准予行政许可" not in text


def test_the_codes_lead_to_the_progress_page_and_hold_the_case_number(story: Story) -> None:  # noqa: F811
    case = story.submitted()
    pages = [page.render(scale=4).to_pil() for page in pdf_of(case, K.FILING_RECEIPT)]
    drawn = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128]
    found = {code.text for picture in pages for code in zxingcpp.read_barcodes(picture, drawn)}
    assert found == {f"{settings.SITE_URL}/progress/{case.code}/", case.number}


def test_only_the_receipt_says_the_access_code_in_letters(story: Story) -> None:  # noqa: F811
    case = supplement(story)
    assert f"查询码{case.code}" in text_of(pdf_of(case, K.FILING_RECEIPT)).replace("\u3000", "")
    assert case.code not in text_of(pdf_of(case, K.SUPPLEMENT_NOTICE))


def test_no_seal_of_a_specimen_is_mistaken_for_one(story: Story, settings: Any) -> None:  # noqa: F811
    case = story.submitted()
    receipt = rendering.documents().get(case=case)
    assert "样张" in text_of(pypdfium2.PdfDocument(rendering.render(receipt)))
    settings.LICENCE_SPECIMEN = False
    assert "样张" not in text_of(pypdfium2.PdfDocument(rendering.render(receipt)))


def test_r6_13_a_paper_carries_its_facts_as_data(story: Story) -> None:  # noqa: F811
    case = decided(story)
    row = next(one for one in rendering.documents().filter(case=case) if one.kind == K.REFUSAL_DECISION)
    made = rendering.render(row)
    assert made == rendering.render(rendering.documents().get(pk=row.pk))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        told = json.loads(pdf.attachments["document.json"].get_file().read_bytes())
        assert b'pdfaid:part="3"' in pdf.Root.Metadata.read_bytes()
    assert told == {
        "format": "one-licence/document/1",
        "kind": row.kind,
        "number": row.number,
        "on": str(row.on),
        "written_at": TUESDAY.isoformat(),
        "body": {"code": "dept_tobacco", "name": row.body.name},
        "case": case.number,
        "matters": [{"id": "m_tobacco", "name": row.facts["matter_names"][0]}],
        "wording": {"form": "refusal_decision", "version": 1},
        "facts": row.facts,
    }


def test_the_same_paper_is_made_once(story: Story) -> None:  # noqa: F811
    receipt = rendering.documents().get(case=story.submitted())
    first = rendering.ensure(receipt, at=TUESDAY)
    assert rendering.ensure(rendering.documents().get(pk=receipt.pk), at=MONDAY + timedelta(days=5)) == first
    stored = Document.objects.get(pk=receipt.pk)
    assert stored.rendered_at == TUESDAY
    assert rendering.hashlib.sha256(first.read_bytes()).hexdigest() == stored.sha256
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_of_two_at_once_one_file_stays(story: Story) -> None:  # noqa: F811
    receipt = story.submitted().documents.get()
    one, two = (rendering.documents().get(pk=receipt.pk) for _place in range(2))
    first = rendering.ensure(one, at=TUESDAY)
    assert rendering.ensure(two, at=TUESDAY) == first
    assert first.is_file()


def test_a_lost_file_is_made_again(story: Story) -> None:  # noqa: F811
    receipt = rendering.documents().get(case=story.submitted())
    rendering.ensure(receipt, at=TUESDAY).unlink()
    assert rendering.ensure(rendering.documents().get(pk=receipt.pk), at=TUESDAY).is_file()


def test_a_failed_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        rendering.write_durably(tmp_path / "a.pdf", b"x")
    assert list(tmp_path.iterdir()) == []


def test_the_outbox_makes_the_paper(story: Story) -> None:  # noqa: F811
    case = story.submitted()
    receipt = case.documents.get()
    assert delivery.deliver(f"document:{receipt.number}")
    assert Path(settings.MEDIA_ROOT, Document.objects.get(pk=receipt.pk).file).is_file()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2026-08-31", 6, "2027-02-28"), ("2026-03-03", 6, "2026-09-03"), ("2026-12-01", 6, "2027-06-01")],
)
def test_six_months_end_on_the_same_day_or_the_months_last(day: str, months: int, expected: str) -> None:
    assert str(remedies.months_after(date.fromisoformat(day), months)) == expected


def test_r2_34_a_last_day_off_moves_on_and_an_unknown_year_says_so(calendar: WorkingCalendar) -> None:
    told = {"review_body": "区政府", "review_days": 60, "court": "法院", "suit_months": 6}
    near = remedies.with_last_days(told, date(2026, 3, 3), calendar)
    assert (near["review_by"], near["suit_by"], near["provisional"]) == ("2026-05-06", "2026-09-03", False)
    far = remedies.with_last_days(told, date(2090, 3, 3), calendar)
    assert (far["review_by"], far["provisional"]) == ("2090-05-02", True)
    assert remedies.with_last_days({}, date(2026, 3, 3), calendar) == {}
