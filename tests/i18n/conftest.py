"""English as committed, compiled for the tests, and the stories that fill the pages."""

from datetime import timedelta

import pytest
from django.utils.translation import trans_real

from scripts import compile_locale
from tests.workflows.conftest import MONDAY, official_calendar, story

__all__ = ["official_calendar", "story"]


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    """The tests read what stands in the .po file now."""
    compile_locale.main()
    trans_real._translations.clear()


@pytest.fixture
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands in the story, whatever the day on which the tests run."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=1, hours=2))
