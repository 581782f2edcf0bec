"""An acceptance with papers to follow: offered at the counter, promised and brought by the business, confirmed (R6.9, R6.10)."""

from collections.abc import Callable

import pytest

from permits.models import Case
from tests.browser.filling import attach
from tests.browser.stage import Stage, actor, departments
from tests.browser.visitor import Visitor
from workflows import steps

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PAPER = "mat_sign_drawing"


def test_a_secondary_paper_comes_after_acceptance(stage: Stage, visit: Visit) -> None:
    case = stage.submitted(without={PAPER})
    clerk, shop = visit("desk"), visit("phone")
    offer(clerk, case)
    promise(shop, case)
    for department, matters in departments(case).items():
        steps.grant(case, matters=matters, actor=actor(department.removeprefix("dept_")), at=stage.at)
    see_it_at_the_department(visit("desk"), case)
    bring(shop, case)
    send_back(clerk, case)
    bring(shop, case, again=True)
    confirm(clerk, case)
    case.refresh_from_db(fields=["state"])
    assert case.state == Case.State.ISSUED


def offer(clerk: Visitor, case: Case) -> None:
    """What is missing is secondary: the clerk offers to take it later, after reading it once more."""
    clerk.sign_in("window")
    clerk.open(f"/window/{case.number}/")
    clerk.says("缺的都是次要材料", "可容缺")
    clerk.tab_through(30)
    clerk.press("容缺受理…")
    clerk.says("请申请人承诺补交，先予受理？", "个工作日内补交")
    clerk.picture("tolerance-offer", whole=False)
    clerk.press("提供容缺受理")
    clerk.says("等待申请人签署承诺", "申请人在场")
    clerk.picture("tolerance-offered", whole=False)


def promise(shop: Visitor, case: Case) -> None:
    """The business reads what, how and by when, and signs."""
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.says("轮到您：窗口同意容缺受理")
    shop.picture("tolerance-turn", most=1250)
    shop.press("阅读并签署承诺")
    shop.says("须补交的材料", "终止受理不是不予许可")
    shop.tab_through(12)
    shop.picture("tolerance-letter", most=2600)
    shop.press("签署并受理")
    assert shop.page.locator(".govuk-error-summary a").count() == 2
    shop.page.locator("#id_agreed").check()
    shop.page.locator("#id_name").fill(str(case.entries.get(field="f_rep_name").value))
    shop.press("签署并受理")
    shop.says("轮到您：补交容缺的材料", "受理后补交的材料")
    shop.picture("tolerance-awaited", most=1700)


def see_it_at_the_department(officer: Visitor, case: Case) -> None:
    """The department that needs the paper sees that it has still to come."""
    officer.sign_in("subdistrict")
    officer.open(f"/work/{case.number}/")
    officer.says("容缺受理：可以先审批", "待补交")
    officer.picture("tolerance-section", whole=False)


def bring(shop: Visitor, case: Case, *, again: bool = False) -> None:
    """The paper is uploaded beside its line, by the page that takes every other paper."""
    shop.open(case.get_absolute_url())
    if again:
        shop.says("上次补交不符合要求", "缺少尺寸", "须重新补交")
        shop.picture("tolerance-again", most=1700)
    shop.press("上传", within=shop.page.locator("#late-papers"))
    attach(shop, "店招设计图.pdf")
    shop.press("返回办件")
    shop.says("已补交，待确认")


def send_back(clerk: Visitor, case: Case) -> None:
    """The clerk says what is wrong; without words nothing happens."""
    clerk.open("/window/?tab=under_way")
    clerk.says("补交材料待确认")
    clerk.open(f"/window/{case.number}/")
    clerk.press("查看和确认补交的材料")
    clerk.page.get_by_text("不符合要求，请申请人重新补交").click()
    clerk.press("告知申请人")
    assert clerk.page.locator(".govuk-error-summary a").count() == 1
    clerk.page.locator("#id_reason").fill("缺少尺寸，请标注长宽")
    clerk.picture("tolerance-check", whole=False)
    clerk.press("告知申请人")
    clerk.says("已告知申请人重新补交", "须重新补交")


def confirm(clerk: Visitor, case: Case) -> None:
    """With the last paper everything that was decided is issued."""
    clerk.open(f"/cases/{case.number}/late-papers/")
    clerk.press("符合要求", exact=True)
    clerk.says("已确认补交的材料符合要求", "已补齐")
