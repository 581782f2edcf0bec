"""Reviews: given on a phone in two steps, answered by the head at the desk, read by everybody."""

from collections.abc import Callable

import pytest

from tests.browser.stage import Stage
from tests.browser.visitor import Visitor
from workflows.models import Rating

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_a_bad_review_is_given_answered_and_read(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    shop = visit("phone")
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.press("评价这次服务")
    shop.says("评价完全自愿")
    shop.press("继续")
    assert "请选择从" in shop.page.locator(".govuk-error-summary").inner_text()
    shop.page.get_by_label("区市场监管局").or_(shop.page.get_by_label("上海市长宁区市场监督管理局")).first.check()
    shop.page.get_by_label("不满意", exact=True).check()
    shop.picture("rate-phone", most=1900)
    shop.press("继续")
    shop.page.get_by_label("来回跑、互相推").check()
    shop.page.get_by_label("想说的话").fill("同一张图交了两次")
    shop.page.get_by_label("可以公开我写的话").check()
    shop.page.get_by_label("请联系我核实").check()
    shop.picture("rate-words-phone", most=1900)
    shop.press("提交评价")
    shop.says("感谢您的评价", "待联系、待答复")
    head = visit("desk")
    head.sign_in("mrb-2")
    head.open("/work/")
    head.press("评价答复")
    head.says("五个工作日内答复", "同一张图交了两次")
    head.picture("ratings", whole=False)
    head.open(f"/work/ratings/{Rating.objects.get().pk}/")
    head.press("已联系评价人")
    head.says("轮到答复人：答复")
    head.press("公开答复")
    assert "请选择处理结果" in head.page.locator(".govuk-error-summary").inner_text()
    head.page.get_by_label("立行立改").check()
    head.page.get_by_label("答复", exact=True).fill("已改为各科室共用一份图纸")
    head.picture("rating", most=1800)
    head.press("公开答复")
    head.says("轮到政务服务办公室：回访")
    anybody = visit("phone")
    anybody.open("/ratings/")
    anybody.says("同一张图交了两次", "已改为各科室共用一份图纸")
    anybody.picture("ratings-public-phone", most=1900)
    assert case.enterprise.name not in anybody.page.content()
