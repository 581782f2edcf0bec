"""A joint visit from the first proposal to the re-inspection, on a desk and on a telephone."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload

from accounts.actors import Actor
from accounts.models import User
from permits.inspections import arranging, entries, signing
from permits.inspections.entries import NewEntry
from permits.models import Case, Inspection
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def sample_picture(name: str) -> FilePayload:
    """A photograph of this name, to be chosen in a box for files."""
    out = BytesIO()
    Image.new("RGB", (640, 480), "#5b7a99").save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def test_a_joint_visit_is_arranged_held_and_put_right(stage: Stage, visit: Visit) -> None:
    case = stage.accepted()
    lead, shop, field = visit("desk"), visit("phone"), visit("phone")
    agreed = arrange(lead, visit("desk"), case)
    shop.sign_in("shop")
    look_before(shop, case)
    field.sign_in("mrb")
    hold(field, agreed, lead)
    shop.open(agreed.get_absolute_url())
    put_right(shop)
    lead.open("/inspect/")
    lead.says("待安排", case.enterprise.name)
    lead.picture("inspections")
    look_again(case, field, shop)


def arrange(lead: Visitor, other: Visitor, case: Case) -> Inspection:
    """The lead proposes today and tomorrow, each department names two officers; the first slot suits all."""
    lead.sign_in("mrb")
    lead.open("/work/")
    lead.says("轮到本部门：1 次联合核查")
    lead.picture("inspection-desk", whole=False)
    lead.press("提出核查时间")
    lead.picture("inspection-plan")
    lead.tab_through(30)
    lead.press("提出时间")
    assert lead.page.locator(".govuk-error-summary a").count() >= 1
    today = timezone.localdate()
    for place, day in ((1, today), (2, today + timedelta(days=1))):
        lead.page.locator(f"[name=day_{place}]").fill(day.isoformat())
        lead.page.locator(f"[name=hour_{place}]").fill("23:30" if place == 1 else "09:30")
    lead.press("提出时间")
    lead.says("轮到各部门确认")
    other.sign_in("tobacco")
    other.open("/inspect/")
    other.says("待本部门确认")
    found = case.inspections.get()
    for officer in (lead, other):
        officer.open(f"/inspect/{found.key}/confirm/")
        for box in officer.page.locator("[name=officers]").all():
            box.check()
        officer.picture("inspection-confirm")
        officer.press("确认", exact=True)
    other.says("已约定")
    found.refresh_from_db()
    return found


def look_before(shop: Visitor, case: Case) -> None:
    """The business reads what will be looked at, and adds a photograph of its own check."""
    shop.open(case.get_absolute_url())
    shop.press("联合核查")
    shop.says("轮到各部门上门核查", "核查要点", "自查")
    shop.picture("inspection-business", most=2400)
    shop.page.locator("summary", has_text="添加照片").first.click()
    shop.page.locator("[name=file]").first.set_input_files([sample_picture("门头.png")])
    shop.press("上传照片")
    shop.says("已添加照片", "自查照片")


def hold(field: Visitor, visit: Inspection, lead: Visitor) -> None:
    """One point is wanting; all sign; the visit is closed."""
    tobacco = Actor.of(User.objects.get(username="tobacco"))
    own = [point.id for point in entries.checklist(visit) if point.matters == ("m_tobacco",)]
    now = timezone.now()
    entries.enter(visit, [NewEntry(uuid4(), id, "pass", "", now) for id in own], actor=tobacco, at=now)
    field.open("/inspect/")
    field.says("今天要去")
    field.picture("inspections-phone")
    field.press(visit.case.enterprise.name)
    field.picture("inspection-phone", most=2600)
    for point in field.page.locator(".ol-site-point").all():
        if point.locator("input[value=pass]").count():
            point.locator("input[value=pass]").check()
    grease = field.page.locator("#point-chk_grease")
    grease.locator("input[value=rectify]").check()
    field.press("保存记录")
    assert field.page.locator(".govuk-error-summary a").count() == 1
    grease.locator("textarea").fill("没有安装隔油设施")
    grease.locator("input[type=file]").set_input_files([sample_picture("隔油.png")])
    field.press("保存记录")
    field.says("签字和办结")
    field.picture("inspection-found-phone", most=2400)
    lead.open(visit.get_absolute_url())
    lead.says("轮到被核查人和核查人员签字")
    lead.picture("visit", whole=False)
    field.page.locator("#sign [name=statement]").fill("没有意见")
    field.press("记下被核查人签字")
    for name in ("mrb-2", "tobacco", "tobacco-2"):
        one = signing.Signing(uuid4(), timezone.now(), is_officer=True)
        signing.sign(visit, one, actor=Actor.of(User.objects.get(username=name)), at=timezone.now())
    field.press("本人签字")
    field.picture("inspection-sign-phone", most=5200)
    field.press("办结核查")
    field.says("联合核查已办结", "核查结论")
    field.picture("inspection-closed-phone", most=2000)


def put_right(shop: Visitor) -> None:
    """The business marks its point and asks to look again."""
    shop.says("轮到您", "没有安装隔油设施")
    shop.picture("inspection-rectify-phone", most=2200)
    shop.page.locator("[name=note]").first.fill("已安装隔油池")
    shop.press("标为已整改")
    shop.press("申请复查")
    shop.says("轮到各部门安排复查")


def look_again(case: Case, field: Visitor, shop: Visitor) -> None:
    """One re-inspection of what was wanting alone: what was asked for, and what the business says and shows."""
    team = [User.objects.get(username=name) for name in ("mrb", "mrb-2")]
    now = timezone.now()
    again = arranging.arrange(case, on=now, officers=team, actor=Actor.of(team[0]), at=now)
    for visitor, words in ((field, "整改要求：没有安装隔油设施"), (shop, "联合复查")):
        visitor.open(again.get_absolute_url())
        visitor.says(words)
        assert visitor.page.locator(".ol-site-point").count() == 1
    field.picture("inspection-again-phone")
