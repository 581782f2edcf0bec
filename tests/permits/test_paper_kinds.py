"""Every kind of paper: a letter in its number, the facts it must be given, a page that says them (R6.3)."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from accounts.models import Body
from permits import documents, rendering
from permits.models import Document
from permits.papers import contents, grounds
from tests.workflows.conftest import (  # noqa: F401 - fixtures
    MONDAY,
    Story,
    official_calendar,
    story,
)

K = Document.Kind
TUESDAY = MONDAY + timedelta(days=1)
TOLD = {
    "review_body": "上海市长宁区人民政府",
    "review_days": 60,
    "court": "上海铁路运输法院",
    "suit_months": 6,
    "known_on": "2026-03-03",
    "review_by": "2026-05-06",
    "suit_by": "2026-09-03",
    "provisional": False,
}
PERMIT = "长市场监管局准〔2026〕000001号"

FACTS: dict[str, dict[str, Any]] = {
    K.CLOCK_STOP_NOTICE: {
        "ground": "expert_review",
        "reason": "申请的加工工艺需要专家评审。",
        "days_needed": 15,
        "stopped_on": "2026-03-04",
        "expected_on": "2026-03-25",
    },
    K.EXTENSION_NOTICE: {
        "old_by": "2026-03-30",
        "new_by": "2026-04-14",
        "days": 10,
        "day_type": "working",
        "reason": "经营场所权属需要向有关部门核实。",
        "approver_level": "本机关负责人",
        "approver": "陈局长",
    },
    K.RECTIFICATION_ORDER: {
        "found_on": "2026-03-20",
        "findings": "现场没有按承诺设置独立的洗消间。",
        "items": ["设置独立的洗消间", "补齐三个水池的标识"],
        "due_on": "2026-04-03",
    },
    K.REVOCATION_DECISION: {
        "ground": "commitment_broken",
        "reason": "整改期满复查，仍没有独立的洗消间。",
        "permit_number": PERMIT,
        "granted_on": "2026-03-03",
        "effect": "行业综合许可证中的该事项失效，其余事项继续有效。",
        "order": "长市场监管局责改〔2026〕000001号",
        "statement": "本机关于2026年4月7日听取了你（单位）的陈述和申辩。",
        "remedies": TOLD,
    },
    K.CANCELLATION_RECORD: {
        "ground": "after_other_act",
        "reason": "该许可已被撤销。",
        "permit_number": PERMIT,
        "cancelled_on": "2026-04-08",
        "effect": "行业综合许可证中的该事项已注销，其余事项继续有效。",
        "after": "长市场监管局撤〔2026〕000001号",
        "remedies": TOLD,
    },
    K.DELIVERY_RECEIPT: {
        "way": "electronic",
        "receiver": "王小店",
        "delivered_at": "2026-03-05T15:20:00+08:00",
        "papers": [["行业综合许可证", "沪长综许〔2026〕000001号"], ["准予行政许可决定书", PERMIT]],
        "deliverer": "制证员",
        "consent_on": "2026-03-02",
    },
}

MUST_SAY: dict[str, list[str]] = {
    K.CLOCK_STOP_NOTICE: ["特别程序告知书", "专家评审", "第四十五条", "15个工作日", "2026年3月4日", "不计"],
    K.EXTENSION_NOTICE: [
        "第四十二条",
        "2026年3月30日",
        "2026年4月14日",
        "10个工作日",
        "权属",
        "本机关负责人",
        "陈局长",
    ],
    K.RECTIFICATION_ORDER: ["2026年3月20日", "洗消间", "三个水池", "2026年4月3日", "复查"],
    K.REVOCATION_DECISION: ["撤销", PERMIT, "第六十九条", "其余事项继续有效", "复议", "2026年9月3日", "责改"],
    K.CANCELLATION_RECORD: ["注销", PERMIT, "第七十条第（四）项", "2026年4月8日", "其余事项继续有效", "行政诉讼"],
    K.DELIVERY_RECEIPT: ["送达回证", "沪长综许", "电子送达", "2026年3月5日15:20", "王小店", "同意电子送达", "制证员"],
}


def written(story: Story, kind: str, facts: dict[str, Any]) -> Document:  # noqa: F811
    """A paper of the kind about one matter of an accepted case."""
    case = story.accepted()
    row = case.matters.select_related("section__body").order_by("position")[0]
    body = row.section.body if kind != K.DELIVERY_RECEIPT else Body.objects.get(code="dept_gov_service")
    papers, _parcels = documents.write(case, [documents.Draft(K(kind), body, [row], facts)], at=TUESDAY)
    return rendering.documents().get(pk=papers[0].pk)


def pages_of(document: Document) -> tuple[int, str]:
    with pypdfium2.PdfDocument(rendering.render(document)) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
        return len(pdf), "".join(text.split())


@pytest.mark.parametrize("kind", FACTS, ids=str)
def test_r6_3_a_paper_says_what_it_must(story: Story, kind: str) -> None:  # noqa: F811
    length, text = pages_of(written(story, kind, FACTS[kind]))
    assert [word for word in MUST_SAY[kind] if "".join(word.split()) not in text] == []
    assert length <= 2


@pytest.mark.parametrize("kind", contents.CONTENTS)
def test_r6_3_a_paper_that_lacks_what_it_must_say_is_not_written(story: Story, kind: str) -> None:  # noqa: F811
    with pytest.raises(ValueError, match=contents.CONTENTS[kind][0]):
        written(story, kind, {})


def test_words_left_blank_are_missing_and_an_open_day_is_not() -> None:
    assert contents.missing(K.REFUSAL_DECISION, {"reason": "  ", "remedies": {}}) == ["reason"]
    given = {"scope": "", "valid_from": "2026-03-03", "valid_to": "", "route": "ordinary"}
    assert contents.missing(K.GRANT_DECISION, given) == []


def test_every_kind_has_a_letter_of_its_own() -> None:
    letters = [letter for kind, letter in documents.LETTERS.items()] + [documents.FILING_LETTER]
    assert set(documents.LETTERS) == set(K) - {K.COMBINED_LICENCE}
    assert len(set(letters)) == len(letters)


def test_each_ground_says_its_clause() -> None:
    for table in (grounds.DECLINES, grounds.STOPS, grounds.REVOCATIONS, grounds.CANCELLATIONS):
        assert all(ground.name and ground.clause.startswith("第") for ground in table.values())
