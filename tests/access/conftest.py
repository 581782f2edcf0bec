"""The stories that fill the world of the matrix."""

from tests.workflows.conftest import official_calendar, restaurant, story

__all__ = ["official_calendar", "restaurant", "story"]
