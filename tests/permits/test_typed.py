"""What people type into acts: cleaned, printable, and without anybody's number where all read it. Pure."""

import pytest

from audit.violations import RuleViolation
from permits import typed

NOBODY_HAS_IT = "\U000e0fff"


def test_signs_that_nobody_sees_go_and_lines_stay() -> None:
    assert typed.cleaned("检测\x07结果\u200b未出\x00 \r\n请等待 ") == "检测结果未出\n请等待"


def test_a_sign_that_no_font_has_is_refused_by_its_name_and_place() -> None:
    assert typed.require_printable("请补交平面图", "items") == "请补交平面图"
    with pytest.raises(RuleViolation, match=r"“场所平面图”中的 .* \(U\+E0FFF\)") as refused:
        typed.require_printable(f"请改{NOBODY_HAS_IT}", "items", "场所平面图")
    assert (refused.value.code, refused.value.field) == ("glyph_missing", "items")
    assert "U+E0FFF" in typed.unprintable_words(NOBODY_HAS_IT)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("请打13812345678问", "13812345678"),
        ("请打１３８ １２３４ ５６７８问", "138 1234 5678"),
        ("电话021-52281234", "021-52281234"),
        ("法定代表人310105198001011234已到场", "310105198001011234"),
    ],
)
def test_r6_22_what_all_read_bears_no_telephone_or_identity_number(said: str, number: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        typed.require_nothing_personal(said, "reason")
    assert refused.value.code == "personal_number"
    assert number in str(refused.value)


@pytest.mark.parametrize(
    "said", ["2026-03-20前完成", "办件 310105202600001234567", "沪市监规范〔2024〕2号", "信用代码 91310105MA1FW0008X"]
)
def test_other_numbers_may_stand(said: str) -> None:
    assert typed.require_nothing_personal(said, "reason") == said
