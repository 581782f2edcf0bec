"""One officer proposes at the desk, another approves on a phone; the handler reads whose turn it is."""

from collections.abc import Callable

import pytest

from permits.models import CaseMatter
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
REASON = "经查，申请人提交的平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"


def test_one_proposes_at_the_desk_and_another_approves_on_a_phone(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    CaseMatter.objects.filter(case=case, matter="m_food_license").update(two_persons=True)
    officer = visit("desk")
    officer.sign_in("mrb")
    officer.open(f"/work/{case.number}/")
    officer.page.locator("input[name=decision_m_food_license][value=grant]").check()
    officer.page.locator("[name=unvisited_m_food_license]").fill("上月已实地核查同一地址")
    officer.page.fill("#id_opinion", "材料齐全，符合条件。")
    officer.press("提交决定")
    assert "轮到" in officer.page.locator("#approval").inner_text()
    officer.picture("approval-handler", most=2100)
    second = visit("phone")
    second.sign_in("mrb-2")
    second.open("/work/?tab=approve")
    second.picture("approval-list-phone")
    second.open(f"/work/{case.number}/")
    second.picture("approval-phone", most=6000)
    second.page.locator("#approval_answer").fill("")
    second.press("退回经办人")
    assert "请写明退回的理由" in second.page.locator(".govuk-error-summary").inner_text()
    second.page.locator("#approval_answer").fill("同意")
    second.press("批准，作出决定")
    assert "已批准" in second.page.locator("body").inner_text()
    officer.open(f"/work/{case.number}/")
    assert "审批表" in officer.page.locator("#sheet").inner_text()
    officer.picture("approval-sheet", most=2100)
