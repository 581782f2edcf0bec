"""Cases with a joint visit at some stage of its life."""

from datetime import timedelta
from uuid import uuid4

from permits.inspections import arranging, closing, entries, signing
from permits.inspections.entries import NewEntry
from permits.inspections.signing import Signing
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story

TUESDAY = MONDAY + timedelta(days=1)
WANTING = "没有安装隔油设施，不符合《上海市餐厨废弃油脂处理管理办法》"


def inspected(story: Story) -> Case:
    """A joint visit was held and something is to be put right; it is looked at again tomorrow."""
    case = story.accepted()
    team = [
        one
        for body in ("dept_mrb", "dept_tobacco")
        for one in (story.cast.officer(body), story.cast.second_officer(body))
    ]
    visit = arranging.arrange(case, on=TUESDAY, officers=team, actor=story.officer("dept_mrb"), at=MONDAY)
    for officer in (story.officer("dept_mrb"), story.officer("dept_tobacco")):
        own = [
            NewEntry(uuid4(), point.id, "rectify" if point.id == "chk_grease" else "pass", WANTING, TUESDAY)
            for point in entries.checklist(visit)
        ]
        entries.enter(visit, own, actor=officer, at=TUESDAY)
    signing.sign(
        visit, Signing(uuid4(), TUESDAY, is_officer=False, name="王小店"), actor=story.officer("dept_mrb"), at=TUESDAY
    )
    for user in team:
        signing.sign(visit, Signing(uuid4(), TUESDAY, is_officer=True), actor=story.cast.actor(user), at=TUESDAY)
    closing.close(visit, actor=story.officer("dept_mrb"), at=TUESDAY)
    return case


def to_confirm(story: Story) -> Case:
    """A visit waits for its departments."""
    case = story.accepted()
    slots = [TUESDAY, TUESDAY + timedelta(days=1)]
    arranging.propose(case, slots=slots, actor=story.officer("dept_mrb"), at=MONDAY)
    return case
