"""Materials: once for all matters, nothing that was not asked for, nothing that the city already holds."""

import io

import pytest

from audit.violations import RuleViolation
from permits import materials, samples
from permits.files import uploads
from permits.merged_form.form import notice_of
from permits.models import Case, Material
from tests.people import Cast
from tests.permits import nasty
from tests.permits.conftest import MONDAY


def first(case: Case) -> str:
    return next(line.id for line in materials.material_list(case) if line.to_submit)


def hand_in(case: Case, cast: Cast, raw: bytes = b"", material: str = "") -> Material:
    actor = cast.actor(cast.shopkeeper)
    file = io.BytesIO(raw or nasty.pdf())
    return materials.attach(case, material or first(case), file, "平面图.pdf", actor=actor, at=MONDAY)


def test_the_list_is_the_notices(draft: Case) -> None:
    lines = materials.material_list(draft)
    assert [(line.id, line.status) for line in lines] == [(one.id, one.status) for one in notice_of(draft).materials]
    assert {line.status for line in lines} >= {"submit", "exempt", "generated"}


def test_r6_15_what_is_exempt_is_not_missing(draft: Case) -> None:
    missing = materials.missing_materials(draft)
    assert missing
    assert all(line.to_submit for line in missing)


def test_a_file_serves_every_matter_that_needs_it(draft: Case, cast: Cast) -> None:
    hand_in(draft, cast)
    line = next(line for line in materials.material_list(draft) if line.id == first(draft))
    assert line.is_done
    assert line.departments
    assert len(line.files) == 1


def test_r2_11_what_the_notice_does_not_ask_is_not_taken(draft: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation) as violation:
        hand_in(draft, cast, material="mat_hotel_rooms")
    assert violation.value.rule == "R2.11"


def test_a_second_click_is_one_file(draft: Case, cast: Cast) -> None:
    assert hand_in(draft, cast).pk == hand_in(draft, cast).pk


@pytest.mark.each_database
def test_files_are_put_in_order_and_removed_but_kept(draft: Case, cast: Cast) -> None:
    actor = cast.actor(cast.shopkeeper)
    one, two, three = (hand_in(draft, cast, raw) for raw in (nasty.pdf(), nasty.jpeg(), nasty.png()))
    materials.move(draft, three.pk, -1, actor=actor, at=MONDAY)
    materials.move(draft, one.pk, -1, actor=actor, at=MONDAY)
    assert [file.pk for file in materials.live(draft)] == [one.pk, three.pk, two.pk]
    materials.remove(draft, two.pk, actor=actor, at=MONDAY)
    assert [file.pk for file in materials.live(draft)] == [one.pk, three.pk]
    assert uploads.location(two.file).exists()
    with pytest.raises(RuleViolation, match="已经移除"):
        materials.remove(draft, two.pk, actor=actor, at=MONDAY)


def test_a_refused_file_changes_nothing(draft: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation):
        hand_in(draft, cast, nasty.EICAR)
    assert not draft.materials.exists()


def test_no_more_files_than_a_person_reads(draft: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materials, "MOST_FILES", 1)
    hand_in(draft, cast)
    with pytest.raises(RuleViolation, match="合并"):
        hand_in(draft, cast, nasty.jpeg())


def test_after_submission_a_material_is_closed(draft: Case, cast: Cast) -> None:
    draft.submit()
    draft.number, draft.received_on = "1", MONDAY.date()
    draft.save()
    with pytest.raises(RuleViolation, match="不能再改动"):
        hand_in(draft, cast)


def test_samples_are_handed_in_but_for_those_left_out(draft: Case, cast: Cast, django_assert_max_num_queries) -> None:
    actor, required = cast.actor(cast.shopkeeper), notice_of(draft)
    with django_assert_max_num_queries(3):
        materials.hand_in_samples(draft, required, actor=actor, at=MONDAY, without={first(draft)})
    assert [line.id for line in materials.missing_materials(draft)] == [first(draft)]
    for file in materials.live(draft):
        assert uploads.location(file.file).exists()


def test_a_whole_case_of_samples_lacks_nothing(promising: Case, cast: Cast) -> None:
    samples.fill(promising, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert materials.missing_materials(promising) == []
    assert promising.commitments.exists()
