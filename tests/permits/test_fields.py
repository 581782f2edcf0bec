"""Fields check themselves: they forgive how people write, refuse what cannot be, and say what to write instead."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industries.entities import Field
from industries.publishing import bundled
from permits.fields import Fault, clean, words
from permits.fields.tables import pasted
from permits.samples import sample_of

CATALOGUE = bundled()
FIELDS = list(CATALOGUE.fields.values())


def field(id: str, **changes: Any) -> Field:
    return dataclasses.replace(CATALOGUE.fields[id], **changes)


def value(id: str, raw: Any, **context: Any) -> Any:
    return clean(field(id), raw, context)


@pytest.mark.parametrize("one", FIELDS, ids=lambda one: one.id)
def test_every_field_has_a_sample_that_it_takes_and_that_stays_itself(one: Field) -> None:
    asked = dataclasses.make_dataclass("Asked", ["field", "value", "id"])(one, None, one.id)
    sample = sample_of(asked)
    if sample is not None:
        assert clean(one, sample, {}) == sample
        assert words(one, sample)


@pytest.mark.parametrize("one", FIELDS, ids=lambda one: one.id)
@pytest.mark.parametrize("raw", ["", " \u3000\n", None, [], [{}], "\u200b"], ids=repr)
def test_nothing_is_nothing(one: Field, raw: Any) -> None:
    if one.required:
        with pytest.raises(Fault) as fault:
            clean(one, raw, {})
        assert fault.value.blank
        assert one.label in str(fault.value)
    else:
        assert clean(one, raw, {}) is None


@pytest.mark.parametrize(
    ("id", "raw", "good"),
    [
        ("f_uscc", "统一社会信用代码:9131 0105 ma1f w002 90", "91310105MA1FW00290"),
        ("f_uscc", "９１３１０１０５ＭＡ１ＦＷ００２９０", "91310105MA1FW00290"),
        ("f_uscc", "11010519491231002x", "11010519491231002X"),
        ("f_area", "面积:１２０㎡", 120),
        ("f_area", "约 80.50 平方米", 80.5),
        ("f_reg_capital", "2,000,000元", 200),
        ("f_reg_capital", "200万", 200),
        ("f_reg_capital", "人民币200万元整", 200),
        ("f_reg_capital", "1.5亿元", 15000),
        ("f_reg_capital", "200", 200),
        ("f_drain_m3", "12立方米", 12),
        ("f_tob_school", "0.3公里", 300),
        ("f_staff_total", "１２人", 12),
        ("f_open_date", "2026年1月3日", "2026-01-03"),
        ("f_open_date", "二〇二六年十二月三十一日", "2026-12-31"),
        ("f_open_date", "2026.1.3", "2026-01-03"),
        ("f_open_date", "20260103", "2026-01-03"),
        ("f_licence_valid_to", "长期", None),
        ("f_rep_phone", "手机：138-1234-5678", "13812345678"),
        ("f_rep_phone", "+86 13812345678", "13812345678"),
        ("f_rep_phone", "(021)52551234转801", "021-52551234-801"),
        ("f_rep_phone", "021-52551234-801", "021-52551234-801"),
        ("f_rep_phone", "+852 9123 4567", "+852 9123 4567"),
        ("f_tenure", " 租赁 ", "租赁"),
        ("f_food_kitchen", "1 200", 1200),
        ("f_food_items", ["热食类制售", "预包装食品销售", "热食类制售"], ["预包装食品销售", "热食类制售"]),
        ("f_tob_indep", "是", True),
        ("f_tob_indep", "False", False),
        ("f_commit_truth", "on", True),
        ("f_email", "邮箱:Wang@example.com ", "Wang@example.com"),
        ("f_name", "经营者名称:上海示例（长宁）店", "上海示例（长宁）店"),
        ("f_scope", "食品销售;\r\n烟草制品零售 ", "食品销售;\n烟草制品零售"),
    ],
)
def test_what_people_write_is_understood(id: str, raw: Any, good: Any) -> None:
    assert value(id, raw) == good if good is not None else clean(field(id, required=False), raw, {}) is None


@pytest.mark.parametrize(
    ("id", "raw", "told"),
    [
        ("f_uscc", "9131010", "18"),
        ("f_uscc", "91310105MA1FW0029I", "I"),
        ("f_uscc", "91310105MA1FW00291", "抄错"),
        ("f_area", "很大", "例如"),
        ("f_area", "-5", "负"),
        ("f_area", "80公斤", "单位"),
        ("f_staff_total", "1.5", "整数"),
        ("f_open_date", "2026-02-30", "没有"),
        ("f_open_date", "26-1-3", "四位"),
        ("f_open_date", "03/01/2026", "年-月-日"),
        ("f_rep_phone", "95588", "13812345678"),
        ("f_tenure", "借用", "自有、租赁"),
        ("f_tob_indep", "也许", "是"),
        ("f_email", "wang.example.com", "name@example.com"),
        ("f_premises_address", "上海市长宁区愚园路", "门牌号"),
        ("f_domicile", "上海", "完整"),
        ("f_floor", "一" * 21, "最多20个字，现有21个"),
        ("f_name", "上海\ue863店", "自造字"),
        ("f_scope", "销售\U000f0000", "自造字"),
        ("f_scope", "销售\U0001fae8", "印不出来"),
    ],
)
def test_what_cannot_be_says_what_to_write(id: str, raw: str, told: str) -> None:
    with pytest.raises(Fault, match=told):
        value(id, raw)


@pytest.mark.parametrize(
    ("kind", "raw", "good"),
    [
        ("居民身份证", "110105 19491231 002x", "11010519491231002X"),
        ("港澳居民来往内地通行证", "h12345678", "H12345678"),
        ("台湾居民来往大陆通行证", "12345678", "12345678"),
        ("护照", "e1234 5678", "E12345678"),
        ("外国人永久居留身份证", "fra310012345678", "FRA310012345678"),
    ],
)
def test_the_representatives_number_follows_the_type_of_document(kind: str, raw: str, good: str) -> None:
    assert value("f_rep_id_no", raw, f_rep_id_type=kind, today=date(2026, 3, 2)) == good


def test_a_number_of_another_document_is_refused() -> None:
    with pytest.raises(Fault):
        value("f_rep_id_no", "H12345678", f_rep_id_type="居民身份证")
    assert value("f_agent_id_no", "H12345678") == "H12345678"


def test_a_declaration_that_is_not_ticked_is_not_made() -> None:
    with pytest.raises(Fault) as fault:
        value("f_commit_truth", False)
    assert fault.value.blank


def test_rare_characters_of_the_standard_are_taken() -> None:
    assert value("f_rep_name", "𬭊䶮") == "𬭊䶮"


STAFF = "f_staff_table"


def test_a_table_keeps_its_rows_and_drops_blank_ones() -> None:
    rows = [["王小店", "11010519491231002x", "店员", "2027年3月1日"], ["", "", "", ""]]
    good = [{"姓名": "王小店", "证件号码": "11010519491231002X", "岗位": "店员", "健康证明有效期": "2027-03-01"}]
    assert value(STAFF, rows) == good
    assert value(STAFF, good) == good


def test_a_table_tells_every_wrong_cell() -> None:
    rows = [["王小店", "123", "店员", "2027-03-01"], ["", "H12345678", "", "明年"]]
    with pytest.raises(Fault, match="共3处") as fault:
        value(STAFF, rows)
    assert set(fault.value.cells) == {(0, "证件号码"), (1, "姓名"), (1, "健康证明有效期")}


@pytest.mark.parametrize(
    "text",
    [
        "王小店\tH12345678\t店员\t2027-3-1\r\n李店员\tM12345678\t收银\t",
        "姓名,健康证明有效期,岗位,证件号码\n王小店,2027-3-1,店员,H12345678\n李店员,,收银,M12345678",
        "王小店，H12345678，店员，2027-3-1\n\n李店员，M12345678，收银，",
    ],
)
def test_a_table_is_pasted_from_a_spreadsheet(text: str) -> None:
    assert [row["姓名"] for row in value(STAFF, text)] == ["王小店", "李店员"]
    assert value(STAFF, text)[0] == {
        "姓名": "王小店", "证件号码": "H12345678", "岗位": "店员", "健康证明有效期": "2027-03-01",
    }  # fmt: skip


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Fault, match="最多300行"):
        clean(field("f_food_equip"), [["柜", "1", "", ""]] * 301, {})


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_value_or_a_fault(text: str) -> None:
    for one in FIELDS:
        good = value_or_nothing(one, text)
        assert good is None or clean(one, good, {}) == good


def value_or_nothing(one: Field, text: str) -> Any:
    """The value; None where there is a fault, which must be sayable."""
    try:
        return clean(one, text, {})
    except Fault as fault:
        return None if str(fault) else "a fault without words"


@given(st.text(max_size=80))
def test_whatever_is_pasted_is_rows(text: str) -> None:
    for row in pasted(text, ("姓名", "数量")):
        assert set(row) == {"姓名", "数量"}


def test_every_unit_of_the_catalogue_is_understood_behind_its_number(catalogue) -> None:
    from industries.publishing import catalogue_of
    from permits.fields.numbers import number

    for unit in {field.unit for field in catalogue_of(catalogue).fields.values() if field.unit}:
        assert number(f"约12{unit}", unit, "12") == 12, unit


@given(
    area=st.sampled_from(["021", "010", "0571"]), number=st.integers(20000000, 89999999), extension=st.integers(1, 9999)
)
def test_a_telephone_with_an_extension_stays_itself(area: str, number: int, extension: int) -> None:
    try:
        good = value("f_rep_phone", f"{area}-{number}转{extension}")
    except Fault:
        return
    assert value("f_rep_phone", good) == good
