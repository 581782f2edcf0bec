"""The part of the walk that leads through permits held before: named, confirmed and refused ones, and the department's list."""

from collections.abc import Iterator
from datetime import date, timedelta

from accounts.models import User
from permits.models import Case, HeldPermit
from tests.workflows.conftest import MONDAY, Story

DAYS = {"granted_on": date(2023, 5, 4), "valid_from": date(2023, 5, 4)}


def held_pages(story: Story) -> Iterator[tuple[User, str]]:
    """What the business and the department read."""
    case = story.accepted()
    for one in furnish(case):
        yield story.cast.officer("dept_health"), f"/work/held/{one.pk}/"
    yield story.cast.officer("dept_health"), "/work/held/"
    yield story.cast.officer("dept_health"), "/work/"
    yield story.cast.shopkeeper, f"/cases/held/{case.key}/"
    yield story.cast.shopkeeper, f"/cases/held/{story.draft().key}/"


def furnish(case: Case) -> list[HeldPermit]:
    """One in each state; they are of no matter that the catalogue knows but for the first, as no rule asks here."""
    rows = [
        HeldPermit(case=case, matter="m_health", name="公共场所卫生许可", number="沪卫公证字〔2023〕第0105号", **DAYS),
        HeldPermit(case=case, matter="m_pool", name="公共场所卫生许可", number="2", valid_to=date(2030, 5, 3), **DAYS),
        HeldPermit(case=case, matter="m_bath", name="公共场所卫生许可", number="3", reason="Not found", **DAYS),
    ]
    for row in rows:
        row.kind, row.body_id, row.named_at, row.file = "许可", "dept_health", MONDAY, "materials/samples/none.pdf"
    rows[1].confirm()
    rows[2].refuse()
    for row in rows:
        row.answered_at = None if row.state == HeldPermit.State.NAMED else MONDAY + timedelta(hours=1)
        row.save()
    return rows
