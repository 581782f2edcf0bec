"""The departments: each decides its own matters, beside the others; two at one task get one decision."""

from collections.abc import Callable

import pytest

from permits.models import Case, CaseMatter
from tests.browser.stage import Stage, departments
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_three_departments_decide_beside_each_other(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    officers = {department: visit("desk") for department in departments(case)}
    assert len(officers) == 3
    for department, officer in officers.items():
        claim(officer, case, department.removeprefix("dept_"))
    for officer in officers.values():
        grant(officer)
    case.refresh_from_db(fields=["state"])
    assert case.state == Case.State.ISSUED
    for officer in officers.values():
        officer.open("/work/?tab=done")
        officer.says(case.enterprise.name)


def claim(officer: Visitor, case: Case, name: str) -> None:
    """From the list, by one click."""
    officer.sign_in(name)
    assert officer.page.url.endswith("/work/")
    officer.open("/work/?tab=free")
    officer.says("审批工作台", case.enterprise.name)
    officer.tab_through(25)
    if name == "mrb":
        officer.picture("worklist")
    officer.press(f"领取 {case.enterprise.name}")
    officer.says("已由您领取", "申请内容", "申请材料", "由我办理")
    if name == "mrb":
        officer.open(f"/work/{case.number}/")
        officer.picture("section", whole=False)
    officer.tab_through(15)


def grant(officer: Visitor) -> None:
    """Nothing chosen is said in words; then every matter of the department is granted."""
    officer.press("提交决定")
    assert "请至少对一个事项选择" in officer.page.locator(".govuk-error-summary").inner_text()
    for radio in officer.page.locator("main input[type=radio][value=grant]").all():
        radio.check()
    unvisited(officer)
    officer.press("提交决定")
    officer.says("已作出决定", "准予")


def unvisited(officer: Visitor) -> None:
    """Why there was no joint visit, where a matter needs a site check."""
    for reason in officer.page.locator("[name^=unvisited_]").all():
        reason.fill("上月已实地核查同一地址")


def test_of_two_officers_at_one_task_the_second_is_told(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    first, second = visit("desk"), visit("desk")
    for officer, name in ((first, "mrb"), (second, "mrb-2")):
        officer.sign_in(name)
        officer.open(f"/work/{case.number}/")
    for officer in (first, second):
        officer.page.locator("main input[type=radio][value=grant]").first.check()
        unvisited(officer)
        officer.page.get_by_label("审批意见").fill("材料齐全，符合条件")
    first.press("提交决定")
    first.says("已作出决定")
    shop = visit("desk")
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.says("1/3 项已作出决定", "还在等待")
    shop.picture("truth", most=1250)
    second.press("提交决定")
    second.says("刚才的决定没有提交", "在此期间", "材料齐全，符合条件")
    second.picture("stale", whole=False)
    matter = CaseMatter.objects.get(case=case, section__body_id="dept_mrb")
    assert matter.state == CaseMatter.State.GRANTED
    assert case.documents.filter(body_id="dept_mrb").count() == 1


def test_two_clicks_at_one_free_task_give_it_to_one(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    first, second = visit("desk"), visit("desk")
    for officer, name in ((first, "mrb"), (second, "mrb-2")):
        officer.sign_in(name)
        officer.open("/work/?tab=free")
    first.press(f"领取 {case.enterprise.name}")
    second.press(f"领取 {case.enterprise.name}")
    second.says("领取这一环节", "转交或写明理由接手")
    assert case.sections.filter(body_id="dept_mrb", claimed_by__username="mrb").exists()


def test_a_refusal_needs_reasons_and_is_read_once_more(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    officer = visit("desk")
    officer.sign_in("tobacco")
    officer.open(f"/work/{case.number}/")
    officer.page.get_by_label("不予许可", exact=True).check()
    officer.press("提交决定")
    officer.says("请用自己的话写明不予许可的事实和依据")
    officer.page.get_by_label("不予许可的理由").fill(
        "经核查，经营场所与住所未分开，不符合《烟草专卖许可证管理办法》的规定"
    )
    officer.press("提交决定")
    officer.says("确认不予许可", "未分开", "行政复议")
    officer.press("返回修改")
    officer.press("提交决定")
    officer.press("确认，作出决定")
    officer.says("已作出决定", "不予许可")
    shop = visit("phone")
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.says("理由", "未分开", "行政复议")
    shop.picture("refused")
