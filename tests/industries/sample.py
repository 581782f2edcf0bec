"""The bundled catalogue as text, as the plain document, and parsed; strategies that draw answers and industries from it."""

from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from industries.publishing import bundled
from tests.catalogues import bundled_whole

NOW = date(2026, 11, 23)
BEFORE = date(2021, 6, 1)
CATALOGUE = bundled()
# An 80 m² convenience store with hot snacks, alcohol, tobacco, over-the-counter drugs and class II devices, no sign.
STORE = {
    "area_m2": 80,
    "sells_food": True,
    "makes_food": True,
    "prepackaged_only": False,
    "sells_alcohol": "仅预包装酒",
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "sells_drug": "仅乙类非处方药",
    "sells_device": ["第二类"],
    "has_signboard": False,
}


@cache
def document() -> dict[str, Any]:
    """The bundled catalogue as plain data; whoever changes it takes a deep copy."""
    return dict(bundled_whole().document)


def answer(question: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Any answer that the question takes; numbers lie around the thresholds that conditions look at."""
    kind = question["type"]
    if kind == "bool":
        return st.booleans()
    if kind == "number":
        return st.sampled_from([0, 1, 2, 80, 149.5, 150, 151, 299, 300, 301, 500, 999, 1000, 5000])
    if kind == "choice":
        return st.sampled_from(question["options"])
    return st.lists(st.sampled_from(question["options"]), unique=True)


def answers() -> st.SearchStrategy[dict[str, Any]]:
    """Answers to any part of the questions, relevant or not."""
    return st.fixed_dictionaries({}, optional={one["id"]: answer(one) for one in document()["questions"]})


def industries(most: int = 4) -> st.SearchStrategy[list[str]]:
    """One industry or a free combination of several."""
    return st.lists(st.sampled_from(list(CATALOGUE.industries)), min_size=1, max_size=most, unique=True)


def days() -> st.SearchStrategy[date]:
    """Days on both sides of every change in the catalogue's validity."""
    return st.sampled_from(
        [BEFORE, date(2021, 4, 28), date(2022, 12, 1), date(2023, 6, 12), date(2023, 6, 13), date(2023, 6, 14), NOW]
    )
