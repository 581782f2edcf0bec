"""R4.3, R4.4: numbers that prove themselves, as people paste them."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from accounts import identity
from audit.violations import RuleViolation

TODAY = date(2026, 2, 11)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def eighteen(digits: str) -> str:
    return digits + mod_11_2.calc_check_digit(digits)


@pytest.mark.parametrize("code", ["91310105MA1FW00290", "91350100M000100Y43", "91512081MA62K0260E"])
def test_r4_3_vectors(code: str) -> None:
    assert identity.check_uscc(code) == code


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码:91310105MA1FW00290",
        "统一社会信用代码: 9131 0105 MA1F W002 90 ",
        "91310105-MA1FW0029-0",
        "91310105ma1fw00290",
        "\uff1991310105MA1FW00290"[:1] + "1310105MA1FW00290",
        "\u200b91310105MA1FW00290\n",
    ],
)
def test_r4_3_as_people_paste_it(text: str) -> None:
    assert identity.check_uscc(text) == "91310105MA1FW00290"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91350100M000100Y4Z", "uscc_signs"),
        ("91350100M000100Y44", "uscc_check"),
        ("91310105MA1FW0029", "uscc_length"),
        ("9131O105MA1FW00290", "uscc_signs"),
        ("", "uscc_length"),
        ("便利店", "uscc_length"),
    ],
)
def test_r4_3_what_is_wrong_is_said(text: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        identity.check_uscc(text)
    assert refused.value.code == code
    assert refused.value.field == "uscc"


@given(st.text(alphabet=ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.data())
def test_r4_3_one_wrong_sign_is_found(tail: str, place: int, data: st.DataObject) -> None:
    body = "91310105" + tail
    code = body + uscc.calc_check_digit(body)
    assert identity.check_uscc(code) == code
    other = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    with pytest.raises(RuleViolation):
        identity.check_uscc(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (identity.RESIDENT, "360426199101010071"),
        (identity.RESIDENT, eighteen("62020119800101001")),
        (identity.RESIDENCE_PERMIT, eighteen("81000019900307123")),
        (identity.RESIDENCE_PERMIT, eighteen("83000019900307123")),
        (identity.FOREIGNER, eighteen("93134419900307123")),
        (identity.FOREIGNER, "FRA310085032401"),
        (identity.HONG_KONG_MACAO_PERMIT, "H12345678"),
        (identity.HONG_KONG_MACAO_PERMIT, "M1234567801"),
        (identity.TAIWAN_PERMIT, "12345678"),
        (identity.TAIWAN_PERMIT, "1234567890A"),
        (identity.PASSPORT, "E12345678"),
    ],
)
def test_r4_4_documents_of_every_type(kind: str, number: str) -> None:
    assert identity.check_id(kind, f" {number.lower()} ", today=TODAY) == number


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (identity.RESIDENT, "110105194912310021"),
        (identity.RESIDENT, "110105491231002"),
        (identity.RESIDENT, eighteen("11010519491331002")),
        (identity.RESIDENT, eighteen("11010520291231002")),
        (identity.RESIDENT, eighteen("81000019900307123")),
        (identity.RESIDENCE_PERMIT, "11010519491231002X"),
        (identity.FOREIGNER, "11010519491231002X"),
        (identity.FOREIGNER, "FR310085032401"),
        (identity.HONG_KONG_MACAO_PERMIT, "A12345678"),
        (identity.TAIWAN_PERMIT, "1234567"),
        (identity.PASSPORT, "E12"),
        ("学生证", "1"),
    ],
)
def test_r4_4_what_cannot_be_is_refused(kind: str, number: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        identity.check_id(kind, number, today=TODAY, field="f_rep_id_no")
    assert str(refused.value)


def test_r4_4_an_unknown_county_is_a_hint_never_an_error() -> None:
    re_coded = eighteen("62020119800101001")
    assert identity.check_id(identity.RESIDENT, re_coded, today=TODAY) == re_coded
    assert identity.hints(identity.RESIDENT, re_coded)
    assert identity.hints(identity.RESIDENT, "360426199101010071") == []


@given(st.sampled_from(identity.DOCUMENT_TYPES), st.text(max_size=25))
def test_no_text_breaks_the_checks(kind: str, text: str) -> None:
    for check in (lambda: identity.check_id(kind, text, today=TODAY), lambda: identity.check_uscc(text)):
        with contextlib.suppress(RuleViolation):
            check()


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13812345678", "13812345678"),
        ("手机:138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("\uff11\uff13812345678", "13812345678"),
        ("021-52281234", "021-52281234"),
        ("(021)52281234", "021-52281234"),
        ("+852 91234567", "+852 9123 4567"),
        ("0085366123456", "+853 6612 3456"),
        ("+886912345678", "+886 912 345 678"),
    ],
)
def test_phones(text: str, phone: str) -> None:
    assert identity.check_phone(text) == phone


@pytest.mark.parametrize("text", ["", "1381234567", "12345", "+1 202 555 0123", "电话", "52281234"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(RuleViolation, match="13812345678"):
        identity.check_phone(text)


def test_masks_hide_what_identifies() -> None:
    assert identity.mask_id("11010519491231002X") == "1101051949****002X"
    assert identity.mask_id("H12345678") == "H1*****78"
    assert identity.mask_phone("13812345678") == "138****5678"
    assert [identity.mask_name(name) for name in ("王明", "王小明", "欧阳建华", "王")] == [
        "王*",
        "王*明",
        "欧**华",
        "王",
    ]
