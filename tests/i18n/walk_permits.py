"""The part of the walk that leads through the pages of permits."""

from collections.abc import Iterator
from datetime import timedelta

from accounts.models import User
from certificates.models import Licence
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story
from workflows import life_steps

TUESDAY = MONDAY + timedelta(days=1)
REASON = "经查，平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"


def permit_pages(story: Story, case: Case) -> Iterator[tuple[User, str]]:
    """What departments and the holder read of permits: one is suspended, a change of the others waits."""
    officer = story.cast.officer("dept_mrb")
    said = {"reason": REASON, "statement": REASON, "actor": story.officer("dept_mrb"), "at": TUESDAY}
    life_steps.suspend(case, matters=["m_food_license"], **said)
    life_steps.change(case, fields={"f_rep_name": "李新"}, actor=story.applicant, at=TUESDAY)
    acts = ("decide", "reinstate", "withdraw", "revoke", "penalise", "cancel")
    yield from ((officer, f"/work/{case.number}/permits/{act}") for act in ("", *(f"{one}/" for one in acts)))
    yield story.cast.officer("dept_tobacco"), f"/work/{case.number}/permits/suspend/"
    yield officer, "/work/applications/"
    holder = story.cast.shopkeeper
    yield from ((holder, f"/cases/{case.number}/permits/{more}") for more in ("", "?change=f_food_items"))
    paper = f"/licences/{Licence.objects.get(case=case).code}/"
    yield from ((holder, f"{paper}{form}") for form in ("", "?size=large", "?version=1"))
    yield from ((officer, f"/work/{case.number}/"), (holder, f"/cases/{case.number}/"))
