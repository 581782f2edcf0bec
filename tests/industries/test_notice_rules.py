"""The notice: the reference store, the rules' edges, and what is refused."""

import math
from datetime import date
from typing import Any

import pytest

from industries.notice import AnswerError, compile_notice
from tests.industries.sample import BEFORE, CATALOGUE, NOW, STORE


def notice(industry: str = "convenience_store", on: date = NOW, **answers: Any) -> dict[str, Any]:
    return compile_notice(CATALOGUE, [industry], answers, on).as_json()


def test_the_reference_store_of_2021() -> None:
    """Five permits become one, 44 papers 11; of 139 form fields 62 are distinct, 53 of them seen with these answers."""
    result = compile_notice(CATALOGUE, ["convenience_store"], STORE, BEFORE)
    assert [entry.id for entry in result.matters] == [
        "m_food_license",
        "m_alcohol_retail",
        "m_tobacco",
        "m_drug_retail",
        "m_device2_filing",
    ]
    assert result.effect.permits == (5, 1)
    assert result.effect.materials == (44, 11)
    assert result.effect.fields == (139, 53)
    assert len({id for entry in result.matters for id in entry.matter.fields}) == 62


def test_a_matter_ends_on_the_day_its_successor_takes_over() -> None:
    last = {entry["id"] for entry in notice(on=date(2023, 6, 12), sells_alcohol="仅预包装酒")["matters"]}
    next_day = {entry["id"] for entry in notice(on=date(2023, 6, 13), sells_alcohol="仅预包装酒")["matters"]}
    assert "m_alcohol_retail" in last
    assert "m_alcohol_retail" not in next_day
    assert "m_food_license" in next_day


def test_a_blocked_matter_is_out_of_everything_else() -> None:
    result = notice(sells_tobacco=True, tobacco_school_ok=False)
    assert [entry["matter"] for entry in result["blocked"]] == ["m_tobacco"]
    assert "m_tobacco" not in str([result["matters"], result["materials"], result["fields"]])


def test_r1_9_one_matter_alone_gets_no_combined_licence() -> None:
    result = notice(makes_food=True, sells_tobacco=False)
    assert len(result["matters"]) == 1
    assert result["combined_licence"] is False
    assert "市场监督管理局" in result["instead"]


def test_r6_1_commitment_needs_the_list_the_choice_and_its_condition() -> None:
    chosen = {"makes_food": False, "sells_alcohol": "仅预包装酒", "choose_commitment": True, "first_class_credit": True}
    assert notice(**chosen)["matters"][0]["route"] == "commitment"
    assert notice(**chosen | {"choose_commitment": False})["matters"][0]["route"] == "ordinary"
    assert notice(**chosen | {"makes_food": True})["matters"][0]["route"] == "ordinary"


def test_r1_36_the_promise_is_the_shortest_permit_on_the_ordinary_route() -> None:
    assert compile_notice(CATALOGUE, ["convenience_store"], STORE, NOW).promised_days == 5
    chosen = {"makes_food": False, "sells_alcohol": "仅预包装酒", "choose_commitment": True, "first_class_credit": True}
    assert notice(**chosen)["promised_days"] == 1
    filings = notice(makes_food=False, prepackaged_only=True, sells_alcohol="不销售", has_signboard=True)
    assert {entry["kind"] for entry in filings["matters"]} == {"备案"}
    assert filings["promised_days"] == 1


def test_a_waived_inspection_says_why() -> None:
    waived = notice("small_catering", area_m2=150, open_kitchen_online=True)["matters"][0]
    kept = notice("small_catering", area_m2=150.5, open_kitchen_online=True)["matters"][0]
    assert (waived["inspection"], kept["inspection"]) == (False, True)
    assert "免于现场核查" in waived["inspection_reason"]


def test_given_answers_stand_over_implied_ones() -> None:
    ids = {entry["id"] for entry in notice(sells_food=False, makes_food=False)["matters"]}
    assert "m_food_license" not in ids


def test_what_the_answers_say_of_a_field_is_filled_in() -> None:
    fields = {entry["id"]: entry for entry in notice("restaurant", menu_hot=True, menu_raw=True)["fields"]}
    assert fields["f_food_items"]["value"] == ["热食类制售", "生食类制售"]


def test_a_core_matter_says_so() -> None:
    first = notice("restaurant")["matters"][0]
    assert first["core"] is True
    assert "核心事项" in first["rule"]


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"nope": True}, "nope"),
        ({"area_m2": -1}, "area_m2"),
        ({"area_m2": 1e9}, "area_m2"),
        ({"area_m2": math.nan}, "area_m2"),
        ({"area_m2": math.inf}, "area_m2"),
        ({"area_m2": "80"}, "area_m2"),
        ({"area_m2": True}, "area_m2"),
        ({"makes_food": 1}, "makes_food"),
        ({"makes_food": "是"}, "makes_food"),
        ({"sells_drug": "西药"}, "sells_drug"),
        ({"sells_drug": ["不销售"]}, "sells_drug"),
        ({"sells_device": "第二类"}, "sells_device"),
        ({"sells_device": ["第四类"]}, "sells_device"),
        ({"sells_device": [["第二类"]]}, "sells_device"),
        ({"sells_device": {"第二类": 1}}, "sells_device"),
    ],
)
def test_an_unusable_answer_is_named(answers: dict[str, Any], question: str) -> None:
    with pytest.raises(AnswerError) as raised:
        compile_notice(CATALOGUE, ["convenience_store"], answers, NOW)
    assert raised.value.question == question
    assert question in str(raised.value)


@pytest.mark.parametrize("industries", [["moon_base"], [], ["convenience_store", "x"]])
def test_an_unknown_industry_is_named(industries: list[str]) -> None:
    with pytest.raises(AnswerError, match="可选：convenience_store"):
        compile_notice(CATALOGUE, industries, {}, NOW)


def test_null_stands_for_not_answered() -> None:
    assert compile_notice(CATALOGUE, ["bar"], {"area_m2": None}, NOW) == compile_notice(CATALOGUE, ["bar"], {}, NOW)
