"""When permits make a combined licence."""

from industries import combining


def test_r1_11_two_permits_make_a_combined_licence_and_fewer_make_none() -> None:
    assert [combining.suffice(permits) for permits in range(4)] == [False, False, True, True]
