"""R2.11: what the published guide of an industry lists, whatever the answers."""

from hypothesis import given
from hypothesis import strategies as st

from industries.guide import subjects_of
from industries.notice import compile_notice
from industries.publishing import bundled
from tests.industries.sample import STORE
from tests.permits.conftest import MONDAY

CATALOGUE = bundled()


@given(st.lists(st.sampled_from(list(CATALOGUE.industries)), unique=True, max_size=4))
def test_r2_11_the_guide_of_several_is_the_union_of_theirs(chosen: list[str]) -> None:
    alone = [subjects_of(CATALOGUE, [one]) for one in chosen]
    assert subjects_of(CATALOGUE, chosen) == frozenset(CATALOGUE.form_common_fields).union(*alone)


def test_r2_11_a_notice_never_asks_for_more_than_the_guide() -> None:
    notice = compile_notice(CATALOGUE, ["convenience_store"], STORE, MONDAY.date())
    guide = subjects_of(CATALOGUE, ["convenience_store"])
    assert {one.id for one in (*notice.materials, *notice.fields)} <= guide
    assert "mat_hotel_photo" not in guide
