"""A draft as a code in an address: what goes in comes out, and nothing else gets in."""

import base64
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industries.answers import AnswerError, checked
from industries.drafts import LONGEST_TEXT, Draft
from tests.industries.sample import CATALOGUE, answers, industries


@settings(max_examples=100, deadline=None)
@given(chosen=industries(), given_answers=answers())
def test_a_code_brings_back_the_draft(chosen: list[str], given_answers: dict[str, Any]) -> None:
    draft = Draft()
    draft.choose(CATALOGUE, chosen)
    draft.answer(CATALOGUE, checked(CATALOGUE, given_answers))
    assert Draft.from_code(CATALOGUE, draft.code) == draft


@settings(max_examples=200, deadline=None)
@given(code=st.text(alphabet="ABCxyz019-_=% é", max_size=60))
def test_any_other_code_is_refused(code: str) -> None:
    with pytest.raises(AnswerError):
        Draft.from_code(CATALOGUE, code)


WRONG = [
    "[]", "{}", "null", '["bar"]', '[["bar"], []]', '["bar", {}]', '[[1], {}]', '[["moon"], {}]', '[["bar"], {"x": 1}]',
    "[" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_well_packed_code_with_the_wrong_content_is_refused(text: str) -> None:
    with pytest.raises(AnswerError):
        Draft.from_code(CATALOGUE, base64.urlsafe_b64encode(zlib.compress(text.encode())).decode())


def test_a_small_code_that_unpacks_to_much_is_refused() -> None:
    bomb = zlib.compress(b'[["bar"],{"x":"' + b"a" * (50 * LONGEST_TEXT) + b'"}]')
    with pytest.raises(AnswerError):
        Draft.from_code(CATALOGUE, base64.urlsafe_b64encode(bomb).decode())


@settings(max_examples=60, deadline=None)
@given(chosen=industries(), given_answers=answers())
def test_an_answer_to_a_question_that_is_not_asked_is_dropped(chosen: list[str], given_answers: dict[str, Any]) -> None:
    draft = Draft()
    draft.choose(CATALOGUE, chosen)
    draft.answer(CATALOGUE, given_answers | {"sells_tobacco": False, "tobacco_school_ok": False})
    assert "tobacco_school_ok" not in draft.answers
