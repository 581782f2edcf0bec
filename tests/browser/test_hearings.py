"""A hearing and a bar on applying again, on the pages of those who meet them, on both screens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from calendars.services import current as current_calendar
from permits.hearing import hearings
from permits.models import Case
from tests.browser.stage import Stage, actor
from tests.browser.visitor import Visitor
from workflows import steps

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
INTENDED = "经营场所与申请的经营项目不相适应，拟不予食品经营许可。"


@pytest.mark.parametrize("device", ["phone"])
def test_a_hearing_is_told_asked_for_and_arranged(stage: Stage, visit: Visit, device: str) -> None:
    case = stage.accepted()
    officer, shop = visit(device), visit(device)
    officer.sign_in("mrb")
    officer.open(f"/work/{case.number}/hearing/")
    officer.picture(f"hearing-tell-{device}")
    said = {"matter": "m_food_license", "cause": "refusal", "intended": INTENDED}
    one = hearings.tell(case, actor=actor("mrb"), at=stage.at + timedelta(minutes=20), **said)
    shop.sign_in("shop")
    shop.open(f"/cases/{case.number}/")
    shop.picture(f"hearing-case-{device}")
    shop.open(f"/cases/{case.number}/hearing/")
    shop.picture(f"hearing-own-{device}")
    shop.press("要求听证")
    officer.open(f"/work/{case.number}/hearing/")
    officer.picture(f"hearing-schedule-{device}", most=2400)
    day = current_calendar().add(timezone.localdate(), 8).date
    starts_at = timezone.now() + (day - timezone.localdate())
    second = User.objects.get(username="mrb-2")
    hearings.schedule(
        case,
        pk=one.pk,
        starts_at=starts_at,
        place="二楼听证室",
        presiding=second,
        actor=actor("mrb"),
        at=timezone.now(),
    )
    presiding = visit(device)
    presiding.sign_in("mrb-2")
    presiding.open(f"/work/{case.number}/hearing/")
    presiding.picture(f"hearing-hold-{device}", most=2400)
    neighbour(stage, visit, device)


def neighbour(stage: Stage, visit: Visit, device: str) -> None:
    """Somebody without an account comes by the address that was handed over, and asks to be heard."""
    said = {"matter": "m_tobacco", "cause": "interest", "party": "隔壁烟店", "intended": "拟准予烟草专卖零售许可。"}
    one = hearings.tell(stage.accepted(), actor=actor("tobacco"), at=timezone.now(), **said)
    party = visit(device)
    party.open(f"/hearing/{one.code}/")
    party.says("轮到您：可以要求听证", "烟草专卖零售", "提出意见")
    party.picture(f"hearing-party-{device}", most=2400)
    party.press("提交意见")
    party.says("请写明您的意见")
    party.page.locator("[name=statement]").fill("两店相距不到五十米")
    party.press("提交意见")
    party.press("要求听证")
    party.says("轮到部门：最迟")
    party.picture(f"hearing-party-asked-{device}", most=2400)


@pytest.mark.parametrize("device", ["desk"])
def test_what_is_barred_is_left_out(stage: Stage, visit: Visit, device: str) -> None:
    case = stage.accepted()
    officer, shop = visit(device), visit(device)
    officer.sign_in("mrb")
    officer.open(f"/work/{case.number}/")
    Case.objects.filter(pk=case.pk).update(e_service_since=None)  # papers are handed over
    said = {"matters": ["m_food_license"], "reason": "租赁合同系伪造", "ground": "false_material"}
    steps.refuse(case, actor=actor("mrb"), at=stage.at + timedelta(minutes=20), **said)
    officer.open("/bars/")
    officer.picture(f"bars-{device}")
    officer.page.get_by_role("link", name="便利店").first.click()
    officer.picture(f"bar-{device}")
    clerk = visit(device)
    clerk.sign_in("window")
    clerk.press("待领取的文书")
    clerk.picture(f"papers-to-serve-{device}")
    clerk.press(case.enterprise.name)
    clerk.picture(f"hand-over-{device}")
    clerk.press("登记签收")
    clerk.says("已登记送达")
    draft = stage.draft()
    shop.sign_in("shop")
    shop.open(f"/apply/{draft.key}/")
    shop.picture(f"barred-{device}")
    shop.press("本次不办“食品经营许可”")
    shop.says("本次不办")
    shop.open("/my/")
    shop.picture(f"bars-my-{device}")
