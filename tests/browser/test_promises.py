"""The promise for a whole industry on a telephone and on a desk, and why the joint limit ends on its day."""

from collections.abc import Callable

import pytest

from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_an_industry_s_promise_is_signed_found_broken_and_put_right(
    stage: Stage, visit: Callable[..., Visitor]
) -> None:
    case = stage.accepted()
    shop, lead = visit("phone"), visit("desk")
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.press("行业承诺（自愿）")
    shop.says("不代替任何许可决定", "可以随时收回")
    shop.picture("industry-promise-phone")
    shop.press("签署行业承诺书")
    assert shop.page.locator(".govuk-error-summary a").count() == 2
    shop.page.get_by_label("我已阅读并自愿作出上述承诺").check()
    shop.page.locator("[name=name]").fill("王小店")
    shop.press("签署行业承诺书")
    shop.says("行业承诺有效")
    lead.sign_in("mrb")
    lead.open(f"/work/{case.number}/")
    lead.press("行业承诺", exact=True)
    lead.picture("industry-promise-desk")
    lead.page.locator("[name=findings]").fill("管理制度没有建立")
    lead.press("告知没有履行")
    lead.says("任何许可都不受影响")
    shop.open(f"/cases/{case.number}/industry-promise/")
    shop.says("行业承诺已终止", "管理制度没有建立")
    shop.picture("industry-broken-phone")
    shop.open(f"/cases/{case.number}/why-joint/")
    shop.says("四十五个工作日", "最后一日")
    shop.picture("why-joint-phone")
