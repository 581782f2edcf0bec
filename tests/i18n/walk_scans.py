"""The part of the walk that leads through what follows from a scan on site."""

from collections.abc import Iterator
from datetime import timedelta

from accounts.models import User
from certificates.models import Licence
from permits.models import Case
from tests import scans
from tests.workflows.conftest import MONDAY, Story
from workflows.scanning import referrals, suspicions

TUESDAY = MONDAY + timedelta(days=1)
REASON = "经查，平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"


def scan_pages(story: Story, case: Case) -> Iterator[tuple[User, str]]:
    """A problem that one department found on site and referred to another, which answers."""
    mrb, tobacco = (story.cast.officer(department) for department in ("dept_mrb", "dept_tobacco"))
    yield from ((mrb, page) for page in ("/work/scans/", "/work/referrals/"))
    one = scans.referred(Licence.objects.get(case=case), mrb, TUESDAY)
    yield from ((tobacco, page) for page in ("/work/referrals/", f"/work/referrals/{one.pk}/"))
    referrals.take_up(one, answer=REASON, actor=story.officer("dept_tobacco"), at=TUESDAY)
    yield from ((tobacco, page) for page in ("/work/referrals/?tab=answered", f"/work/referrals/{one.pk}/"))
    yield mrb, "/work/scans/"
    yield from suspicion_pages(story, Licence.objects.get(case=case))


def suspicion_pages(story: Story, licence: Licence) -> Iterator[tuple[User, str]]:
    """A code that one department's inspector believes forged, as the service office and another department deal with it."""
    office, (mrb, tobacco) = story.cast.service_office, map(story.cast.officer, ("dept_mrb", "dept_tobacco"))
    yield office, "/suspicions/"
    scans.suspected(licence, mrb, TUESDAY, ground="mismatch")
    one = scans.suspected(licence, mrb, TUESDAY, photo=True)
    page = f"/suspicions/{one.pk}/"
    yield from ((user, place) for user in (office, mrb) for place in ("/suspicions/", page))
    said = {"outcome": "handed_over", "to_body": "dept_tobacco", "finding": REASON}
    suspicions.conclude(one, **said, actor=story.cast.actor(office), at=TUESDAY)
    yield from ((user, page) for user in (office, mrb, tobacco))
    suspicions.deal_with(one, result=REASON, actor=story.officer("dept_tobacco"), at=TUESDAY)
    yield from ((office, place) for place in (page, "/suspicions/?tab=answered", "/office/"))
    yield mrb, "/work/scans/"
