"""When permits make a combined licence (行业综合许可证). Pure."""

LEAST = 2
"""So many permits make one (R1.9); with fewer there is none, and each permit stands on its own (R1.11)."""


def suffice(permits: int) -> bool:
    """Whether so many permits make a combined licence (R1.11)."""
    return permits >= LEAST
