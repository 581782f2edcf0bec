"""What registers, the account and the answers know is filled in, with source and date."""

import pytest

from permits.merged_form import drafts, prefill
from permits.merged_form.entries import save_section
from permits.merged_form.form import merged_form
from permits.models import Case, FormEntry
from tests.people import Cast
from tests.permits.conftest import MONDAY, STORE, issued, registered

pytestmark = pytest.mark.each_database


def entry(case: Case, field: str) -> FormEntry:
    return case.entries.get(field=field)


def test_the_business_register_fills_in_with_source_and_day(draft: Case) -> None:
    name = entry(draft, "f_name")
    assert (name.value, name.source, name.source_name) == (draft.enterprise.name, "register", "市场主体登记库")
    assert name.as_of == MONDAY.date()
    line = next(one for one in merged_form(draft).lines if one.id == "f_name")
    assert "市场主体登记库" in line.source_words
    assert "2026-03-02" in line.source_words


def test_the_account_and_the_answers_fill_in(draft: Case, cast: Cast) -> None:
    assert (entry(draft, "f_contact_name").value, entry(draft, "f_contact_name").source) == ("王小店", "profile")
    assert entry(draft, "f_food_items").source == "answer"


def test_registers_that_are_not_connected_are_named_and_fill_nothing(draft: Case) -> None:
    line = next(one for one in merged_form(draft).lines if one.id == "f_staff_health")
    assert line.entry is None
    assert prefill.not_connected(line.asked) == "健康合格证明库"


def test_facts_typed_by_hand_are_no_register(catalogue, cast: Cast) -> None:
    from tests import people

    notice = issued(catalogue, ["convenience_store"], STORE, cast)
    case = drafts.begin(notice, people.enterprise(cast.shopkeeper), actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert entry(case, "f_name").source == "profile"
    assert not next(one for one in merged_form(case).lines if one.id == "f_name").may_contest


def test_other_answers_keep_what_was_typed(draft: Case, catalogue, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    save_section(draft, "premises", {"f_area": "80"}, actor=actor, at=MONDAY)
    other = issued(catalogue, ["convenience_store"], STORE | {"menu_drinks": True}, cast)
    drafts.take_notice(draft, other, actor=actor, at=MONDAY)
    assert entry(draft, "f_area").value == 80
    assert "自制饮品制售" in entry(draft, "f_food_items").value


def test_what_the_applicant_changed_is_not_filled_over(draft: Case, catalogue, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    save_section(draft, "food", {"f_food_items": ["其他"]}, actor=actor, at=MONDAY)
    other = issued(catalogue, ["convenience_store"], STORE | {"menu_drinks": True}, cast)
    drafts.take_notice(draft, other, actor=actor, at=MONDAY)
    assert entry(draft, "f_food_items").value == ["其他"]


def test_the_same_notice_twice_is_one_draft(draft: Case, cast: Cast) -> None:
    again = drafts.begin(draft.notice, draft.enterprise, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert again.pk == draft.pk


def test_what_a_question_asked_is_not_asked_again(draft: Case) -> None:
    assert (entry(draft, "f_area").value, entry(draft, "f_area").source) == (80, "answer")
    assert entry(draft, "f_food_online").value is False
    assert entry(draft, "f_food_opencam").value is False


def test_the_registers_words_for_a_kind_of_business_are_understood(catalogue, cast: Cast) -> None:
    enterprise = registered(cast)
    enterprise.entity_type = "有限责任公司"
    enterprise.save()
    notice = issued(catalogue, ["convenience_store"], STORE, cast)
    case = drafts.begin(notice, enterprise, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert entry(case, "f_entity_type").value == "企业法人"
