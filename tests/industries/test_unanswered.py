"""Which questions are still asked: exactly those whose answer can change the notice, by trying every completion."""

from collections.abc import Iterable
from datetime import date
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from industries.entities import Catalogue
from industries.notice import compile_notice
from industries.unanswered import workings
from tests.industries.sample import CATALOGUE, NOW, answers, industries
from tests.industries.small import QUESTIONS, catalogue_with, conditions


def essence(catalogue: Catalogue, chosen: Iterable[str], known: dict[str, Any], on: date) -> Any:
    """What a notice says, without the questions and the wording of reasons."""
    notice = compile_notice(catalogue, chosen, known, on)
    return (
        [(entry.id, entry.route, entry.inspection) for entry in notice.matters],
        [(entry.matter.id, entry.message) for entry in (*notice.blocked, *notice.advisories)],
        [(entry.id, entry.status, entry.required_by) for entry in notice.materials],
        [(entry.id, repr(entry.value), entry.required_by) for entry in notice.fields],
    )


def reached(catalogue: Catalogue, asked: dict[str, Any], fixed: set[str]) -> dict[str, Any]:
    """The completion without the answers to questions that nobody would be asked."""
    while True:
        dropped = {id for id in asked if id not in fixed and not catalogue.questions[id].ask_if.holds(asked)}
        if not dropped:
            return asked
        asked = {id: value for id, value in asked.items() if id not in dropped}


def can_change(catalogue: Catalogue, chosen: list[str], known: dict[str, Any], on: date) -> set[str]:
    """By brute force: the open questions of which two answers give two notices under some completion of the others."""
    cells = workings(catalogue).diagrams.cells
    open_ids = [id for id in cells if id not in known]
    notices: dict[tuple[Any, ...], Any] = {}
    for combination in product(*(cells[id] for id in open_ids)):
        completion = known | {id: value for id, value in zip(open_ids, combination, strict=True) if value is not None}
        notices[combination] = essence(catalogue, chosen, reached(catalogue, completion, set(known)), on)
    found = set()
    for place, id in enumerate(open_ids):
        groups: dict[tuple[Any, ...], Any] = {}
        for combination, notice in notices.items():
            others = combination[:place] + combination[place + 1 :]
            if groups.setdefault(others, notice) != notice:
                found.add(id)
                break
    return found


@settings(max_examples=120, deadline=None)
@given(
    applies=st.tuples(conditions(), conditions()),
    extra=st.tuples(conditions(), conditions(), conditions()),
    ask_if=conditions(depth=1, questions=("a", "n")),
    known=st.fixed_dictionaries(
        {}, optional={"a": st.booleans(), "b": st.booleans(), "n": st.sampled_from([0, 5, 20])}
    ),
)
def test_a_question_is_asked_exactly_when_it_can_change_the_notice(
    applies: tuple[Any, Any], extra: tuple[Any, Any, Any], ask_if: Any, known: dict[str, Any]
) -> None:
    catalogue = catalogue_with(applies, extra, ask_if)
    notice = compile_notice(catalogue, ["shop"], known, NOW)
    able = can_change(catalogue, ["shop"], known, NOW)
    expected = [id for id in QUESTIONS if id in able and catalogue.questions[id].ask_if.holds(known)]
    assert list(notice.unanswered) == expected


@settings(max_examples=200, deadline=None)
@given(chosen=industries(3), known=answers(), data=st.data())
def test_a_question_that_is_not_asked_changes_nothing(chosen: list[str], known: dict[str, Any], data: Any) -> None:
    """Soundness on the real catalogue: fill in what is not asked, at will; the notice stays the same."""
    notice = compile_notice(CATALOGUE, chosen, known, NOW)
    cells = workings(CATALOGUE).diagrams.cells
    ungated = [
        id
        for id in cells
        if id not in notice.answers
        and id not in notice.unanswered
        and CATALOGUE.questions[id].ask_if.holds(notice.answers)
    ]
    extra = {id: value for id in ungated if (value := data.draw(st.sampled_from(cells[id]))) is not None}
    assert essence(CATALOGUE, chosen, known | extra, NOW) == essence(CATALOGUE, chosen, known, NOW)


@settings(max_examples=60, deadline=None)
@given(chosen=industries(3), known=answers(), data=st.data())
def test_asking_comes_to_an_end_and_asks_nothing_twice(chosen: list[str], known: dict[str, Any], data: Any) -> None:
    asked: list[str] = []
    while left := compile_notice(CATALOGUE, chosen, known, NOW).unanswered:
        assert left[0] not in asked
        asked.append(left[0])
        values = [value for value in workings(CATALOGUE).diagrams.cells[left[0]] if value is not None]
        known = known | {left[0]: data.draw(st.sampled_from(values))}
    assert len(asked) <= len(CATALOGUE.questions)


def test_the_next_question_appears_once_it_is_reached() -> None:
    before = compile_notice(CATALOGUE, ["convenience_store"], {}, NOW).unanswered
    after = compile_notice(CATALOGUE, ["convenience_store"], {"sells_tobacco": True}, NOW).unanswered
    assert "tobacco_school_ok" not in before
    assert "tobacco_school_ok" in after


def test_a_blocked_matter_asks_nothing_more() -> None:
    known = {"sells_tobacco": True, "tobacco_school_ok": False}
    assert "tobacco_special_group" not in compile_notice(CATALOGUE, ["convenience_store"], known, NOW).unanswered


def test_a_matter_that_cannot_apply_any_more_asks_nothing() -> None:
    left = compile_notice(CATALOGUE, ["pet_hospital"], {"sells_vet_drug": False, "has_xray": False}, NOW).unanswered
    assert not {"sells_vet_drug", "has_xray", "sells_tobacco"} & set(left)


def test_the_area_is_asked_only_while_a_threshold_is_open() -> None:
    """Nothing of a parking lot depends on its square metres."""
    assert "area_m2" not in compile_notice(CATALOGUE, ["parking_lot"], {}, NOW).unanswered
    assert "area_m2" in compile_notice(CATALOGUE, ["convenience_store"], {}, NOW).unanswered
