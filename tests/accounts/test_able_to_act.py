"""Who may do a body's work at a moment."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

AT = datetime(2026, 3, 2, tzinfo=UTC)


def names(body: str, *roles: str) -> set[str]:
    return {user.username for user in User.objects.able_to_act(body, AT, *roles)}


def test_the_officers_of_the_body_who_may_sign_in(cast: Cast) -> None:
    mine, other = cast.officer("dept_mrb"), cast.officer("dept_fire")
    gone = cast.second_officer("dept_mrb")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert names("dept_mrb") == {mine.username}
    assert names("dept_fire") == {other.username}
    assert names("") == set()


def test_in_one_of_the_roles_asked_for(cast: Cast) -> None:
    office = cast.service_office.body_id or ""
    assert names(office, User.Role.SERVICE_OFFICE) == {"service"}
    assert names(office, User.Role.SERVICE_OFFICE, User.Role.WINDOW) >= {"service"}
    assert names(office) == set()
