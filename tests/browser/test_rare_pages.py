"""Pages that only some cases reach: one after-check, one breach and its record, early issue, the joint limit, delivery."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from permits.models import Case
from permits.promises import breaches
from tests.browser.filling import sample_file
from tests.browser.stage import SHOP, Stage, actor, departments
from tests.browser.visitor import Visitor
from tests.i18n import walk_held, walk_store
from workflows import steps

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_a_breach_is_recorded_with_its_paper_and_repaired(stage: Stage, visit: Visit, device: str) -> None:
    stage.draft()
    office = visit(device)
    office.sign_in("service")
    office.open("/office/breaches/")
    office.press("登记违背承诺记录")
    office.tab_through(30)
    office.press("登记", exact=True)
    assert office.page.locator(".govuk-error-summary a").count() == 6
    office.picture(f"breach-new-{device}")
    for name, text in (("uscc", SHOP), ("about", "食品经营许可"), ("source", "信用平台"), ("number", "沪信1号")):
        office.page.locator(f"[name={name}]").fill(text)
    office.page.locator("[name=decided_on]").fill("２０２６年３月１日")
    office.page.locator("[name=proof]").set_input_files([sample_file("决定.pdf")])
    office.press("登记", exact=True)
    office.says("已登记", "未修复", "沪信1号")
    office.picture(f"breach-{device}")
    office.page.locator("[name=reason]").fill("整改完成，准予修复")
    office.press("登记修复")
    office.says("已登记修复")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_the_joint_limit_is_extended_by_the_office(stage: Stage, visit: Visit, device: str) -> None:
    case = stage.accepted()
    office = visit(device)
    office.sign_in("service")
    office.open(case.get_absolute_url())
    office.press("联合办理期限")
    office.picture(f"joint-limit-{device}")
    office.press("登记延长并告知申请人")
    assert office.page.locator(".govuk-error-summary a").count() == 2
    office.page.locator("[name=approver]").fill("副区长 张某")
    office.page.locator("[name=reason]").fill("需要跨区协调")
    office.press("登记延长并告知申请人")
    office.says("已登记延长", "已延长 15 个工作日")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_early_issue_is_asked_for_and_delivered(stage: Stage, visit: Visit, settings: Any, device: str) -> None:
    case = waiting_for_one(stage)
    shop, office = visit(device), visit(device)
    shop.sign_in("shop")
    shop.open(f"/cases/{case.number}/issue-early/")
    shop.picture(f"early-{device}")
    office.sign_in("service")
    office.open(f"/office/{case.number}/")
    office.press("先行发证")
    post = office.page.locator(".ol-delivery__post")
    office.page.get_by_label("邮寄").check()
    assert post.is_visible()
    office.picture(f"delivery-post-{device}", most=2400)
    office.page.get_by_label("窗口领取").check()
    assert not post.is_visible()
    office.open("/office/?tab=deliver")
    office.says("已先行发证，其余办理中")
    office.picture(f"office-deliver-{device}")
    walk_store.furnish()
    settings.ELICENCE_STORE = "certificates.collection.store.Console"
    office.open("/office/")
    office.press("电子证照归集")
    office.says("等待处理", "HTTP 503", "不一致")
    office.picture(f"collection-{device}")
    office.press("全部重新发送")
    office.says("已重新发送 1 个版本")
    office.open("/office/collection/")
    office.says("都归集了")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_the_wish_asks_for_an_address_only_where_papers_travel(stage: Stage, visit: Visit, device: str) -> None:
    case, shop = stage.draft(), visit(device, scripts=False)
    shop.sign_in("shop")
    shop.open(f"/apply/{case.key}/delivery/")
    address = shop.page.locator("[name=address]")
    assert address.is_visible(), "to the door, where nothing was said"
    shop.page.locator("[value=window]").check()
    assert not address.is_visible()
    shop.picture(f"wish-{device}")


def test_a_record_of_a_breach_is_read_in_english(stage: Stage, visit: Visit) -> None:
    case, now = stage.draft(), timezone.now()
    day = timezone.localtime(now).date()
    who = actor("service")
    made = breaches.record(case.enterprise, about="食品经营", source="信用平台", decided_on=day, actor=who, at=now)
    office = visit("desk", examined="every part")
    office.open("/")
    office.press("English")
    office.sign_in("service")
    for path in (f"/office/breaches/{made.pk}/", "/office/breaches/new/"):
        office.open(path)
        assert office.page.locator("html").get_attribute("lang") == "en", path


def waiting_for_one(stage: Stage) -> Case:
    """The promised day has passed; two departments have granted, one has not."""
    stage.at -= timedelta(days=20)
    case = stage.accepted()
    for department, matters in list(departments(case).items())[:2]:
        officer = actor(department.removeprefix("dept_"))
        steps.grant(case, matters=matters, actor=officer, at=stage.at + timedelta(minutes=20))
    return case


@pytest.mark.parametrize("device", ["phone"])
def test_refusals_are_handed_over_and_their_days_begin(stage: Stage, visit: Visit, device: str) -> None:
    case = stage.accepted()
    Case.objects.filter(pk=case.pk).update(e_service_since=None)
    case = Case.objects.get(pk=case.pk)
    for department, matters in departments(case).items():
        by = actor(department.removeprefix("dept_"))
        steps.refuse(case, matters=matters, reason="不符合条件", actor=by, at=timezone.now())
    person = visit(device)
    person.sign_in("shop")
    person.open(case.get_absolute_url())
    person.says("自收到决定书之日起 60 日内", "等待送达，期限从收到的次日起计算")
    person.picture(f"unserved-{device}", most=2600)
    office = visit(device)
    office.sign_in("service")
    office.open("/office/")
    office.says("待送达：不予行政许可决定书")
    office.picture(f"office-to-serve-{device}")
    office.open(f"/office/{case.number}/")
    office.picture(f"office-serving-{device}", most=2600)
    office.press("登记送达，出具送达回证")
    office.says("已登记送达，送达回证")
    office.picture(f"office-served-{device}", most=2600)
    person.open(case.get_absolute_url())
    person.says("申请复议最后一日")
    person.picture(f"served-{device}", most=2600)


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_permits_held_before_are_named_and_answered(stage: Stage, visit: Visit, device: str) -> None:
    case = stage.accepted()
    walk_held.furnish(case)
    shop, officer = visit(device), visit(device)
    shop.sign_in("shop")
    shop.open(f"/cases/held/{case.key}/")
    shop.says("轮到发证部门确认", "部门的理由")
    shop.picture(f"held-{device}", most=2600)
    shop.press("提出并入")
    assert shop.page.locator(".govuk-error-summary a").count() == 5
    officer.sign_in("health")
    officer.open("/work/")
    officer.press("待确认的已有许可")
    officer.picture(f"held-list-{device}")
    officer.press(case.enterprise.name)
    officer.press("记下核对结果")
    officer.picture(f"held-permit-{device}")
    officer.page.get_by_label("确认：现在有效").check()
    officer.press("记下核对结果")
    officer.says("已记下")
