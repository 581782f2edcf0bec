"""The whole round of a supplement: asked, answered point by point, judged, asked again, settled, accepted."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from permits.completeness import gaps
from permits.models import Case
from tests.browser.filling import sample_file
from tests.browser.stage import Stage, actor
from tests.browser.visitor import Visitor
from workflows import steps

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
DRAWING, SIGN = "mat_sign_drawing", "f_sign_text"


@pytest.mark.parametrize(("device", "scripts"), [("desk", True), ("phone", False)])
def test_a_supplement_goes_there_and_back_until_it_is_right(
    stage: Stage, visit: Visit, device: str, scripts: bool
) -> None:
    case = asked(stage)
    named = f"{device}" if scripts else f"{device}-plain"
    shop = visit(device, scripts=scripts)
    # What axe says of the staff's pages without scripts it has said with them.
    clerk, officer = (
        visit(device, scripts=scripts, examined="every page" if scripts else "never") for _role in range(2)
    )
    answer(shop, case, named)
    judge(clerk, officer, case, named)
    shop.open(case.get_absolute_url())
    shop.says("已核对通过", "仍有问题", "效果图上仍没有尺寸", "2 项中已有 1 项核对通过")
    shop.picture(f"supplement-judged-{named}", most=2600)
    ask_again(clerk, case, named)
    shop.open(f"/cases/{case.number}/supplement/")
    assert shop.page.locator(".pf-point__head").count() == 1
    shop.page.locator("[name=answer_1]").fill("已标注尺寸")
    shop.press("提交全部补正")
    shop.says("已提交 1 项补正")
    officer.open(f"/work/{case.number}/review/")
    officer.press("核对通过")
    clerk.open(f"/window/{case.number}/")
    clerk.says("1 项中 1 项核对通过")
    clerk.press("受理", exact=True)
    clerk.press("仍然受理")
    assert Case.objects.get(pk=case.pk).state == Case.State.ACCEPTED


def asked(stage: Stage) -> Case:
    """A department raised one point, the window added another."""
    case = stage.submitted()
    gaps.open_reviews(case, departments=["dept_subdistrict"], actor=actor("window"), at=stage.at)
    gaps.review(case, items={DRAWING: "效果图缺少尺寸"}, actor=actor("subdistrict"), at=stage.at)
    items = {DRAWING: "效果图缺少尺寸", SIGN: "与营业执照名称不一致"}
    steps.request_supplement(case, items=items, actor=actor("window"), at=stage.at + timedelta(minutes=5))
    return case


def answer(shop: Visitor, case: Case, named: str) -> None:
    """From the case to its points; one is saved, the other forgotten first; then all is sent."""
    shop.be("shop")
    shop.open(case.get_absolute_url())
    shop.says("需要补正的内容", "需补正")
    shop.picture(f"supplement-case-{named}")
    shop.press("逐项补正")
    shop.says("哪里不对", "效果图缺少尺寸", "还有 2 项没有内容")
    shop.picture(f"supplement-{named}", most=2600)
    shop.tab_through(40)
    shop.page.locator("[name=file_1]").set_input_files([sample_file("招牌效果图.pdf")])
    shop.press("保存这一项")
    shop.says("已保存，还没有提交", "已填写，未提交", "招牌效果图.pdf", "还有 1 项没有内容")
    shop.press("提交全部补正")
    assert shop.page.locator(".govuk-error-summary a[href='#id_answer_2']").count() == 1
    shop.picture(f"supplement-open-{named}", most=2600)
    shop.page.locator(f"main [name={SIGN}]").fill("长宁示例便利店")
    shop.page.locator("[name=answer_2]").fill("已改正")
    shop.press("提交全部补正")
    shop.says("已提交 2 项补正", "已补正，待核对")
    shop.picture(f"supplement-sent-{named}", most=2600)


def judge(clerk: Visitor, officer: Visitor, case: Case, named: str) -> None:
    """The window settles one point; the department finds its own still wrong."""
    clerk.be("window")
    clerk.open(f"/window/{case.number}/")
    clerk.says("补正前", "补正后", "招牌效果图.pdf", "长宁示例便利店")
    clerk.picture(f"supplement-window-{named}", most=2600)
    clerk.press("核对通过 招牌")
    clerk.says("第 2 项核对通过", "2 项中 1 项核对通过")
    officer.be("subdistrict")
    officer.open("/work/reviews/")
    officer.press(case.enterprise.name)
    officer.says("本部门提出的补正内容", "招牌效果图.pdf")
    officer.page.locator(".ol-judge summary").click()
    officer.press("记为仍有问题")
    officer.says("请写明哪里仍有问题")
    officer.picture(f"supplement-department-{named}", most=2600)
    officer.page.locator(".ol-judge textarea").fill("效果图上仍没有尺寸")
    officer.press("记为仍有问题")
    officer.says("第 1 项已记为仍有问题")


def ask_again(clerk: Visitor, case: Case, named: str) -> None:
    """The wrong point stands in the next notice already; the settled one cannot."""
    clerk.open(f"/window/{case.number}/")
    clerk.says("效果图上仍没有尺寸")
    assert clerk.page.locator(f"[name=need_{DRAWING}]").is_checked()
    assert clerk.page.locator(f"[name=need_{SIGN}]").count() == 0
    clerk.picture(f"supplement-again-{named}", most=2600)
    clerk.press("预览补正告知书")
    clerk.press("送达")
    clerk.says("已作出一次性补正告知书，共 1 项")
