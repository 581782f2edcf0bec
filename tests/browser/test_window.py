"""The counter: one notice of all gaps, the business's answer, acceptance."""

from collections.abc import Callable

import pytest

from permits.models import Case
from tests.browser.filling import sample_file
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
MISSING = "mat_sign_drawing"


def test_the_clerk_asks_once_and_accepts_what_comes(stage: Stage, visit: Visit) -> None:
    case = stage.submitted(without={MISSING})
    clerk, shop = visit("desk"), visit("phone")
    ask_for_two_things(clerk, case)
    answer_them(shop, case)
    accept(clerk, case)
    shop.open(case.get_absolute_url())
    shop.says("各事项", "受理通知书", "最迟", "承诺办结")
    shop.picture("truth-phone")


def ask_for_two_things(clerk: Visitor, case: Case) -> None:
    """What is missing is ticked already; a field is added; nothing goes out before it was read once more."""
    clerk.sign_in("window")
    assert clerk.page.url.endswith("/window/")
    clerk.says("窗口收件", case.enterprise.name)
    clerk.tab_through(30)
    clerk.picture("window")
    clerk.press(case.enterprise.name)
    clerk.says("有 1 份应交材料没有提交", "逾期未告知")
    clerk.picture("intake", whole=False)
    clerk.tab_through(30)
    field = clerk.page.locator("[name=need_f_sign_text]")
    field.check()
    clerk.press("预览补正告知书")
    assert clerk.page.locator(".govuk-error-summary a[href='#id_text_f_sign_text']").count() == 1
    clerk.page.locator("[name=text_f_sign_text]").fill("招牌内容与营业执照名称不一致，请改正")
    clerk.press("预览补正告知书")
    clerk.says("一次性补正告知书", "招牌内容与营业执照名称不一致")
    clerk.press("送达")
    clerk.says("已作出一次性补正告知书，共 2 项")


def answer_them(shop: Visitor, case: Case) -> None:
    """The business sees that it is its turn, what to mend and until when; it answers both points."""
    shop.sign_in("shop")
    assert shop.page.url.endswith("/my/")
    shop.press("便利店")
    shop.says("需要补正的内容", "招牌内容与营业执照名称不一致", "最迟")
    shop.press("逐项补正")
    shop.picture("supplement")
    shop.press("提交全部补正")
    assert shop.page.locator(".govuk-error-summary a").count() >= 1
    boxes = shop.page.locator("main input[type=file]")
    boxes.set_input_files([sample_file("招牌效果图.pdf")])
    shop.page.locator("main [name=f_sign_text]").fill("长宁示例便利店")
    for box in shop.page.locator("main textarea[name^=answer_]").all():
        box.fill("已补正")
    shop.press("提交全部补正")
    shop.says("已补正的内容")
    assert not shop.page.locator("#supplement").count()


def accept(clerk: Visitor, case: Case) -> None:
    """The answer stands beside what was asked."""
    clerk.open("/window/")
    clerk.says("已补正，待复查")
    clerk.press(case.enterprise.name)
    clerk.says("补正情况", "已补正", "长宁示例便利店")
    clerk.press("受理", exact=True)
    clerk.says("受理通知书")
    assert Case.objects.get(pk=case.pk).state == Case.State.ACCEPTED
