"""What a story of any order tries with a permit that the business may hold from before (R1.10)."""

HELD = {"m_health": "dept_health"}
"""The permit, and whose it is."""
MERGING = ("merge", "confirm_merge", "refuse_merge", "take_back_merge")
NAMING = (("merge", "applicant"), ("confirm_merge", "department"))
"""What can go through in most states."""
