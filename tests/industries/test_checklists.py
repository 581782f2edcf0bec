"""Merged checklists: whatever the order, nothing is asked twice, nothing is lost, and each point names its matters."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from industries.checklists import GENERAL, Point, merge, narrowed, of_matter, of_matters, own_point
from industries.publishing import bundled

SETS = [("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("a", "b", "c")]
UNIVERSE = [
    Point(place, f"p{place}", f"text {place}", "photo", tuple((matter, f"law of {matter}") for matter in matters))
    for place in range(5)
    for matters in SETS
]
LISTS = st.lists(st.sampled_from(UNIVERSE), max_size=5).map(tuple)


@given(LISTS, LISTS, LISTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_merging_does_not_depend_on_order_and_adds_nothing_twice(one: tuple, two: tuple, three: tuple) -> None:
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    both = merge(one, two)
    assert merge(both, both) == merge(both) == both


@given(LISTS, LISTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_point_stands_once_with_all_its_matters(one: tuple, two: tuple) -> None:
    merged = merge(one, two)
    asked = {(point.id, matter) for point in (*one, *two) for matter in point.matters}
    assert [point.id for point in merged] == sorted({id for id, _matter in asked})
    assert {(point.id, matter) for point in merged for matter in point.matters} == asked


def needing_a_check() -> list[str]:
    return [id for id, matter in bundled().matters.items() if matter.inspection]


def test_every_matter_with_a_site_check_has_points_and_one_of_its_own() -> None:
    catalogue = bundled()
    for matter in needing_a_check():
        points = of_matter(catalogue, matter)
        assert points, matter
        own = own_point(of_matters(catalogue, needing_a_check()), matter)
        assert own is not None and own.matters == (matter,), f"{matter} shares every point with another matter"


def test_the_merged_list_of_a_restaurant_asks_shared_points_once() -> None:
    points = of_matters(bundled(), ["m_food_license", "m_tobacco", "m_fire", "m_drainage"])
    by_id = {point.id: point.matters for point in points}
    assert by_id["chk_premises_match"] == ("m_drainage", "m_fire", "m_food_license", "m_tobacco")
    assert by_id["chk_grease"] == ("m_drainage", "m_food_license")
    assert len(points) < sum(
        len(of_matter(bundled(), id)) for id in ("m_food_license", "m_tobacco", "m_fire", "m_drainage")
    )


def test_a_matter_without_points_is_compared_with_what_was_handed_in() -> None:
    (point,) = of_matter(bundled(), "m_signboard")
    assert point.id == f"{GENERAL}m_signboard"
    assert point.matters == ("m_signboard",)


def test_a_re_inspection_looks_at_open_points_only() -> None:
    points = of_matters(bundled(), ["m_food_license", "m_drainage"])
    left = narrowed(points, {"chk_grease": ["m_drainage"], "chk_food_layout": ["m_food_license"]})
    assert {point.id: point.matters for point in left} == {
        "chk_grease": ("m_drainage",),
        "chk_food_layout": ("m_food_license",),
    }


def test_every_point_says_what_proves_it_and_by_which_law() -> None:
    for item in bundled().check_items.values():
        assert item.text and item.proof and all(item.bases.values())
        assert item.provenance.source == "general" and item.provenance.note  # a candidate until it is confirmed
