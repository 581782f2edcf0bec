"""Findings come out the same in whatever order entries arrive, and however often; what officers differ on stays open."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from industries.checklists import Point
from permits.inspections.findings import (
    FAIL,
    FINDINGS,
    PASS,
    RECTIFY,
    Entry,
    changed_after,
    open_points,
    outcome,
    stand,
)

START = datetime(2026, 3, 4, 9, tzinfo=UTC)
POINTS = (
    Point(0, "shared", "both", "photo", (("a", "law"), ("b", "law"))),
    Point(1, "own", "a alone", "photo", (("a", "law"),)),
)
ENTRIES = st.lists(
    st.builds(
        lambda point, finding, officer, minute, settles: Entry(
            f"{point}{finding}{officer}{minute}{settles}",
            point,
            finding,
            officer,
            START + timedelta(minutes=minute),
            "" if finding == PASS else f"note of {officer}",
            settles,
        ),
        st.sampled_from(("shared", "own", "elsewhere")),
        st.sampled_from(FINDINGS),
        st.integers(1, 3),
        st.integers(0, 3),
        st.sampled_from((False, False, True)),
    ),
    max_size=8,
)
QUICK = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def entry(point: str, finding: str, officer: int = 1, minute: int = 0, *, settles: bool = False) -> Entry:
    note = "" if finding == PASS else f"{finding} {officer}"
    moment = START + timedelta(minutes=minute)
    return Entry(f"{point}-{officer}-{minute}", point, finding, officer, moment, note, settles)


@given(ENTRIES, st.randoms(use_true_random=False))
@QUICK
def test_order_and_repetition_change_nothing(entries: list[Entry], chance: object) -> None:
    again = [*entries, *entries]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert stand(POINTS, again) == stand(POINTS, entries)


@given(ENTRIES)
@QUICK
def test_what_counts_is_each_officer_s_last_word_since_the_last_settlement(entries: list[Entry]) -> None:
    found = stand(POINTS, entries)
    for point in POINTS:
        own = sorted((one for one in set(entries) if one.point == point.id), key=lambda one: one.order)
        settled = max((place for place, one in enumerate(own) if one.settles), default=-1)
        expected = {one.officer: one.finding for one in own[settled + 1 :]}
        findings = set(expected.values()) | ({own[settled].finding} if settled >= 0 else set())
        assert {one.finding for one in found[point.id].entries} == findings
        assert found[point.id].is_disputed is (len(findings) > 1)


def test_a_shared_point_counts_for_every_matter() -> None:
    found = stand(POINTS, [entry("shared", RECTIFY), entry("own", PASS)])
    assert outcome("a", POINTS, found).finding == outcome("b", POINTS, found).finding == RECTIFY
    assert outcome("b", POINTS, found).reason == "rectify 1"


def test_a_matter_fares_as_its_worst_point() -> None:
    found = stand(POINTS, [entry("shared", RECTIFY), entry("own", FAIL)])
    assert (outcome("a", POINTS, found).finding, outcome("a", POINTS, found).reason) == (FAIL, "fail 1")
    assert outcome("b", POINTS, found).finding == RECTIFY


def test_an_open_point_leaves_its_matters_open() -> None:
    found = stand(POINTS, [entry("shared", PASS)])
    assert outcome("a", POINTS, found).finding == ""
    assert outcome("b", POINTS, found).finding == PASS
    assert [point.id for point in open_points(POINTS, found)] == ["own"]


def test_two_officers_who_differ_keep_both_findings_until_they_settle_it() -> None:
    both = [entry("own", PASS, 1), entry("own", FAIL, 2, 1)]
    disputed = stand(POINTS, both)["own"]
    assert disputed.is_disputed and disputed.finding == ""
    assert {one.officer for one in disputed.entries} == {1, 2}
    settled = stand(POINTS, [*both, entry("own", RECTIFY, 2, 5, settles=True)])["own"]
    assert (settled.is_disputed, settled.finding) == (False, RECTIFY)


def test_who_signed_before_a_later_finding_looks_again() -> None:
    found = stand(POINTS, [entry("own", PASS, minute=3)])
    assert changed_after(found, START + timedelta(minutes=2))
    assert not changed_after(found, START + timedelta(minutes=3))
