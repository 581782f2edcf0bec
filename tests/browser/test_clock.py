"""The law's clock before people's eyes: a department stops it, its head extends the limit, the business reads why."""

from collections.abc import Callable

import pytest

from permits.models import Case, Document, LimitExtension
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_a_clock_stops_and_the_business_reads_why(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    officer = visit("desk")
    officer.sign_in("mrb")
    officer.open(f"/work/{case.number}/")
    officer.press("期限：停止、延长、逐日说明")
    officer.says("承诺时限", "法定时限")
    stop_the_clock(officer)
    officer.says("已停止计时", "因检测停止计时")
    officer.picture("limits", whole=False)
    shop = visit("phone")
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.says("因检测停止计时", "第四十五条", "依法停止计时的事项")
    shop.press("逐日说明 食品经营许可")
    shop.says("为什么是这一天", "停止计时期间没有期限", "按预计结束日推算")
    shop.open(f"/cases/{case.number}/why/m_tobacco/")
    shop.says("承诺期限逐日计算", "当日不计", "最后一日", "第八十二条")
    shop.picture("why-phone", most=1800)
    assert case.documents.filter(kind=Document.Kind.CLOCK_STOP_NOTICE).count() == 1


def stop_the_clock(officer: Visitor) -> None:
    """What is missing is said at its place; then the clock stands."""
    officer.page.get_by_text("停止计时", exact=True).first.click()
    part = officer.page.locator("#stop")
    officer.press("停止计时并告知申请人", within=part)
    assert "请选择事由" in officer.page.locator(".govuk-error-summary").inner_text()
    part = officer.page.locator("#stop")
    part.get_by_label("事由").select_option("testing")
    part.get_by_label("所需时间").fill("5")
    part.get_by_label("说明").fill("对专间空气洁净度送检")
    officer.press("停止计时并告知申请人", within=part)


def test_the_head_answers_what_an_officer_asks(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    officer, head = visit("desk"), visit("desk")
    officer.sign_in("mrb")
    officer.open(f"/work/{case.number}/clock/")
    officer.page.get_by_text("申请延长法定期限", exact=True).click()
    officer.page.locator("#extend").get_by_label("延长理由").fill("冷链条件需要进一步核实")
    officer.press("提交负责人批准")
    officer.says("待负责人批准", "批准之前期限不变")
    head.sign_in("mrb-2")
    head.open(f"/work/{case.number}/clock/")
    head.says("冷链条件需要进一步核实")
    head.press("批准", within=head.page.locator("#approve"), exact=True)
    head.says("已批准延长", "已延长 5 个工作日")
    assert LimitExtension.objects.get().state == LimitExtension.State.APPROVED
    assert Case.objects.get(pk=case.pk).documents.filter(kind=Document.Kind.EXTENSION_NOTICE).exists()
