"""Who stands on the ladder."""

import pytest

from accounts.models import User
from tests.workflows.conftest import Story


@pytest.fixture
def office(story: Story) -> dict[str, User]:
    """Everybody on the ladder of the food permit; the market regulator leads. No department is empty."""
    cast = story.cast
    for body in ("dept_tobacco", "dept_subdistrict"):
        cast.officer(body)
    return {
        "officer": cast.officer("dept_mrb"),
        "colleague": cast.second_officer("dept_mrb"),
        "head": cast.head("dept_mrb"),
        "service": cast.service_office,
        "admin": cast.administrator,
        "window": cast.clerk,
    }
