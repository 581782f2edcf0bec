"""R6.10, R6.21: once the promised day has passed, what is in force is issued without a grant that waits for its paper."""

from datetime import timedelta

import pytest

from audit.violations import RuleViolation
from certificates import early
from outbox import delivery as post_office
from permits.models import Case
from tests.workflows import late
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

pytestmark = pytest.mark.django_db
LATE = MONDAY + timedelta(days=8)


@pytest.mark.parametrize("decided", [False, True])
def test_r6_21_a_paper_that_nobody_looked_at_holds_the_others_no_longer_than_the_promise(
    story: Story, decided: bool
) -> None:
    case, office = late.promised(story), story.cast.actor(story.cast.service_office)
    late.grant(story, case, late.FOOD, late.TOBACCO, *([late.SIGN] if decided else []))
    late.bring(case, story.applicant, late.THURSDAY)
    with pytest.raises(RuleViolation):
        early.issue_early(case, actor=office, at=late.FRIDAY)
    licence = early.issue_early(case, actor=office, at=LATE)
    assert {item.matter for item in licence.items.all()} == {"m_food_license", "m_tobacco"}
    steps.confirm_late(case, material=late.PAPER, actor=story.window, at=LATE)
    if not decided:
        late.grant(story, case, late.SIGN, at=LATE)
    post_office.deliver_due(LATE)
    case = late.sound(case)
    assert case.state == Case.State.ISSUED and licence.items.count() == 3
    assert licence.versions.latest("version").at >= LATE
