"""The counter's one box: what scanners and readers send is told from what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.case_numbers import case_number
from workflows.desk.scans import LONGEST, Found, Kind, read

USCC = "91310105MA1FW00290"
PERSON = "310105198001010013"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (USCC, Found(Kind.ENTERPRISE, USCC)),
        ("９１３１０１０５ma1fw00290", Found(Kind.ENTERPRISE, USCC)),
        (f"统一社会信用代码：{USCC}", Found(Kind.ENTERPRISE, USCC)),
        (f"https://www.gsxt.gov.cn/index.html?uniscid={USCC}&t=1", Found(Kind.ENTERPRISE, USCC)),
        (f"{USCC[:-1]}1", Found(Kind.WORDS, f"{USCC[:-1]}1")),
        (f"王小店,男,汉,19800101,上海市长宁区,{PERSON},20200101-长期", Found(Kind.PERSON, PERSON, "王小店")),
        (f"姓名:王小店|{PERSON}", Found(Kind.PERSON, PERSON, "王小店")),
        (PERSON, Found(Kind.PERSON, PERSON)),
        ("138 1234-5678", Found(Kind.PHONE, "13812345678")),
        ("+8613812345678", Found(Kind.PHONE, "13812345678")),
        ("https://a.example/progress/Ab-3_x/", Found(Kind.PROGRESS, "Ab-3_x")),
        ("http://127.0.0.1:8000/notice/xY9.pdf", Found(Kind.NOTICE, "xY9")),
        ("http://a.example/v/Q1#123", Found(Kind.LICENCE, "http://a.example/v/Q1#123")),
        ("  cnsl   bld ", Found(Kind.WORDS, "cnsl bld")),
        ("http://[", Found(Kind.WORDS, "http://[")),
        ("", Found(Kind.WORDS, "")),
    ],
)
def test_a_line_is_understood(line: str, found: Found) -> None:
    assert read(line, case_prefix="310105") == found


@given(st.integers(2000, 2199), st.integers(0, 999_999), st.integers(0, 9))
def test_a_case_number_is_told_by_its_check_digit(year: int, serial: int, wrong: int) -> None:
    number = case_number(year, serial)
    spaced = f"{number[:4]} {number[4:8]} {number[8:]}"
    assert read(spaced, case_prefix="310105") == Found(Kind.CASE, number)
    if str(wrong) != number[-1]:
        assert read(number[:-1] + str(wrong), case_prefix="310105").kind is not Kind.CASE


@given(st.text(max_size=200))
def test_whatever_is_sent_is_understood_somehow(line: str) -> None:
    found = read(line)
    assert len(found.value) <= LONGEST
    assert found.kind in Kind
