"""Points of one notice: nothing that was said is lost, nothing is said twice, everybody who asks is named."""

from hypothesis import given
from hypothesis import strategies as st

from permits.law.points import Point, Proposal, merged, plain

TEXTS = st.sampled_from(["缺少尺寸", "缺少尺寸。", " 缺少尺寸", "面积不符", "请提交原件"])
PROPOSALS = st.lists(
    st.builds(Proposal, st.sampled_from(["mat_a", "mat_b", "f_c"]), TEXTS, st.sampled_from(["甲局", "乙局", "丙局"]))
)


def test_r2_9_what_two_departments_say_alike_is_one_point() -> None:
    said = [Proposal("mat_a", "缺少尺寸", "甲局"), Proposal("mat_a", "缺少尺寸。", "乙局")]
    assert merged(said) == {"mat_a": Point("mat_a", "缺少尺寸", ("甲局", "乙局"))}


def test_where_they_differ_each_text_says_whose_it_is() -> None:
    said = [
        Proposal("mat_a", "缺少尺寸", "甲局"),
        Proposal("mat_a", "没有盖章", "乙局"),
        Proposal("mat_a", "缺少尺寸", "丙局"),
    ]
    assert merged(said)["mat_a"] == Point("mat_a", "甲局、丙局：缺少尺寸；乙局：没有盖章", ("甲局", "丙局", "乙局"))


@given(PROPOSALS)
def test_nothing_is_lost_and_nothing_invented(proposals: list[Proposal]) -> None:
    points = merged(proposals)
    assert list(points) == list(dict.fromkeys(one.subject for one in proposals))
    for subject, point in points.items():
        own = [one for one in proposals if one.subject == subject]
        assert set(point.by) == {one.by for one in own}
        assert len(point.by) == len(set(point.by))
        for text in {plain(one.text) for one in own}:
            assert point.text.count(text) == 1


@given(PROPOSALS)
def test_merging_again_what_was_merged_changes_no_single_point(proposals: list[Proposal]) -> None:
    once = merged(proposals)
    again = merged(Proposal(point.subject, point.text, "窗口") for point in once.values())
    assert {subject: point.text for subject, point in again.items()} == {
        subject: point.text for subject, point in once.items()
    }
