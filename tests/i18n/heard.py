"""Hearings and bars on the walk through all pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import User
from permits.hearing import hearings
from permits.models import Case, ReapplyBar
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

TUESDAY = MONDAY + timedelta(days=1)
REASON = "租赁合同系伪造，与不动产登记不符。"


def told(story: Story, case: Case) -> Case:
    """The case, with the right to a hearing told to somebody else, and one that the law orders."""
    said: dict[str, Any] = {"matter": "m_signboard", "intended": REASON, "at": TUESDAY}
    for cause, party in (("interest", "隔壁商户"), ("public", "")):
        hearings.tell(case, cause=cause, party=party, actor=story.officer("dept_subdistrict"), **said)
    return case


def refused(story: Story) -> Case:
    """Every department has refused, one because what was handed in is false."""
    case = story.accepted()
    for department, matters in story.parts(case).items():
        said = {"reason": REASON, "ground": "false_material" if department == "dept_mrb" else ""}
        steps.refuse(case, matters=matters, actor=story.officer(department), at=TUESDAY, **said)
    return case


def pages(story: Story, case: Case) -> Iterator[tuple[User, str]]:
    """What departments read of them."""
    yield from ((story.cast.officer(body), f"/work/{case.number}/hearing/") for body in story.parts(case))
    for one in case.hearings.exclude(code=""):
        yield story.cast.shopkeeper, f"/hearing/{one.code}/"
        yield story.cast.officer("dept_subdistrict"), f"/work/{case.number}/hearing/{one.pk}/slip/"
    yield story.cast.officer("dept_mrb"), "/bars/"
    yield from ((story.cast.officer("dept_mrb"), f"/bars/{bar.pk}/") for bar in ReapplyBar.objects.all())
