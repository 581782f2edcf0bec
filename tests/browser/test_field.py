"""Work in the field without a signal: nothing that was shown as saved is lost, nothing is sent twice or overwritten."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from accounts.actors import Actor
from accounts.models import User
from permits.inspections import arranging, entries, signing
from permits.models import Inspection, InspectionEntry, InspectionPhoto, InspectionSignature
from tests.browser.field_phone import APP, NO_ROOM, ROOM, Phone
from tests.browser.stage import Stage
from workflows.pages.installable import App

pytestmark = pytest.mark.browser
Hand = Callable[[], Phone]
TEAM = ("mrb", "mrb-2", "tobacco", "tobacco-2")


@pytest.fixture
def phone(chromium: Browser, site: str, tmp_path: Path) -> Iterator[Hand]:
    """`phone()`: a telephone; at the end what went wrong on its pages is told."""
    phones: list[Phone] = []

    def hand() -> Phone:
        phones.append(Phone(chromium, tmp_path / f"phone-{len(phones)}", site))
        return phones[-1]

    yield hand
    for one in phones:
        one.context.close()
    assert [fault for one in phones for fault in one.faults] == []


@pytest.fixture
def agreed(stage: Stage) -> Inspection:
    """A visit of two departments, today."""
    now = timezone.now()
    officers = [User.objects.get(username=name) for name in TEAM]
    return arranging.arrange(stage.accepted(), on=now, officers=officers, actor=Actor.of(officers[0]), at=now)


def test_a_day_without_a_signal_survives_a_killed_browser(
    agreed: Inspection, phone: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = phone()
    take_along(field, agreed)
    begun = timezone.now()
    field.offline()
    field.page.reload()
    find_and_photograph(field)
    field.kill()
    reopened(field)
    no_room(field)
    signed = timezone.now()
    sign(field)
    assert not InspectionEntry.objects.exists()
    no_way_out(field)
    a_new_version(field, monkeypatch)
    send(field)
    update(field, monkeypatch)
    leave(field)
    rows = list(InspectionEntry.objects.order_by("made_at"))
    assert [row.finding for row in rows] == ["pass", "rectify"]
    assert all(begun < row.made_at < signed < row.received_at for row in rows)
    photo = InspectionPhoto.objects.get()
    assert photo.point == rows[1].point and photo.sha256_received and photo.taken_at < signed
    assert InspectionSignature.objects.filter(officer=None, name="王小店").count() == 1
    assert InspectionSignature.objects.filter(officer__username="mrb").count() == 1


def take_along(field: Phone, agreed: Inspection) -> None:
    field.session_of("mrb")
    field.open()
    field.says(agreed.case.enterprise.name)
    field.says("更新于")
    field.is_kept()
    field.examine("days")


def find_and_photograph(field: Phone) -> None:
    """One point is met; of the next a photograph is taken, and a note is asked for."""
    field.page.locator(".fl-card").click()
    field.page.locator(".fl-row").first.click()
    field.examine("point")
    field.find("pass")
    field.says("已保存在这台设备上")
    field.waits(1)
    field.tap("拍照")
    field.page.locator("[data-shoot]").click()
    field.says("照片已保存")
    field.examine("camera")
    field.tap("完成")
    field.waits(2)
    field.find("rectify")
    field.says("请写明情况")
    field.find("rectify", "水池没有标识")
    field.waits(3)
    field.tap("返回")
    field.says("已核查 2 / 11 项")
    field.examine("visit")


def reopened(field: Phone) -> None:
    """The same device, still without a signal."""
    field.start()
    field.offline()
    field.open()
    field.waits(3)
    field.page.locator("#foot a").click()
    field.says("需要整改")
    field.examine("queue")


def no_room(field: Phone) -> None:
    """A full device is told, and what was saved stays."""
    field.page.goto(f"{field.page.url.split('#')[0]}#/")
    field.page.locator(".fl-card").click()
    field.page.locator(".fl-row").nth(2).click()
    field.page.locator("form[data-finding]").wait_for()
    field.page.evaluate(NO_ROOM)
    field.find("pass")
    field.says("设备存储已满")
    field.examine("full")
    field.waits(3)
    field.page.evaluate(ROOM)
    field.page.reload()
    field.waits(3)


def sign(field: Phone) -> None:
    """The business draws; the officer's name stands for itself."""
    field.tap("返回")
    field.tap("去签字")
    form = field.page.locator("form[data-who=business]")
    form.locator("[name=name]").fill("王小店")
    form.locator("[name=statement]").fill("没有意见")
    box = form.locator("canvas").bounding_box()
    assert box is not None
    field.page.mouse.move(box["x"] + 40, box["y"] + 40)
    field.page.mouse.down()
    field.page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    field.page.mouse.up()
    field.examine("sign")
    field.tap("记下被核查人签字")
    field.waits(4)
    field.tap("本人签字")
    field.waits(5)


def no_way_out(field: Phone) -> None:
    """With a signal, but before anything has left: signing out is stopped."""
    field.context.route("**/inspect/api/**", lambda route: route.abort())
    field.offline(False)
    field.session_of("mrb")
    field.page.goto(f"{field.site}/inspect/")
    field.page.get_by_role("button", name="退出").click()
    field.says("还有 5 条现场核查或扫码记录没有发送")
    field.examine("sign-out")
    field.context.unroute("**/inspect/api/**")


def a_new_version(field: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told while entries wait, and not to be taken before they are sent."""
    monkeypatch.setattr(App, "_version", lambda *_given: "the next")
    field.context.route("**/inspect/api/**", lambda route: route.abort())
    field.tap("去发送")
    field.says("有新版本；记录保存并发送完后可以更新")
    expect(field.page.locator("[data-update]")).to_have_count(0)
    field.waits(5)
    field.examine("update-later")


def send(field: Phone) -> None:
    """An answer gets lost on its way, and then the session ends: what the server has already is there once, the rest goes on."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    def end_session(route: Route) -> None:
        Session.objects.all().delete()
        route.continue_()

    field.context.route("**/entries/", lose, times=1)
    field.context.route("**/photos/", end_session, times=1)
    field.page.evaluate("window.isSame = true")
    with field.page.expect_event("requestfailed", lambda request: request.url.endswith("/entries/")):
        field.context.unroute("**/inspect/api/**")
        field.tap("立即发送")
    assert InspectionEntry.objects.count() == 2
    field.tap("立即发送")
    field.says("登录已过期，请重新登录后发送")
    field.waits(3)
    field.examine("signed-out")
    assert lost and not InspectionPhoto.objects.exists()
    assert field.page.evaluate("window.isSame")
    field.tap("重新登录")
    field.page.locator("#id_username").fill("mrb")
    field.page.locator("#id_password").fill("demo-2026")
    field.page.locator("#id_password").press("Enter")
    field.waits(0)
    field.page.locator("#foot a").click()
    field.says("全部记录都已发送")


def leave(field: Phone) -> None:
    """All is sent: whoever signs out may go."""
    field.page.goto(f"{field.site}/inspect/")
    field.page.get_by_role("button", name="退出").click()
    expect(field.page.get_by_role("link", name="登录")).to_be_visible()


def update(field: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """All is sent: to whoever comes back to the app a new version is offered, and it comes when somebody takes it."""
    monkeypatch.setattr(App, "_version", lambda *_given: "the one after")
    field.page.evaluate("window.isSame = true; document.dispatchEvent(new Event('visibilitychange')); 0")
    field.page.locator("[data-update]").wait_for()
    field.examine("update")
    assert field.page.evaluate("window.isSame")
    with field.page.expect_event("load"):
        field.tap("更新")
    assert field.page.evaluate("caches.keys()") == ["field-the one after"]
    expect(field.page.locator("[data-update]")).to_have_count(0)


def test_an_app_killed_at_once_knows_whose_it_is(agreed: Inspection, phone: Hand) -> None:
    """A device says who works with it as soon as it is true, and no longer once another signs in: also without a signal."""
    field = phone()
    take_along(field, agreed)
    field.kill()
    field.start()
    field.offline()
    field.open()
    field.says(agreed.case.enterprise.name)
    field.waits(0)
    field.offline(False)
    field.page.goto(f"{field.site}/sign-in/?next={APP}")
    field.page.locator("#id_username").fill("mrb-2")
    field.page.locator("#id_password").fill("wrong")
    field.page.locator("#id_password").press("Enter")
    field.page.locator(".govuk-error-summary").wait_for()
    field.offline()
    field.open()
    field.says("请先登录")


def test_two_officers_differ_and_one_device_keeps_its_accounts_apart(agreed: Inspection, phone: Hand) -> None:
    first, second = phone(), phone()
    both_find(agreed, first, second)
    settle(agreed, second)
    another_account(agreed, first)
    close_without_a_signal(agreed, first)


def both_find(agreed: Inspection, first: Phone, second: Phone) -> None:
    """Without a signal each finds something else on the same point."""
    for field, name, finding, note in ((first, "mrb", "pass", ""), (second, "mrb-2", "rectify", "没有分开")):
        field.session_of(name)
        field.open()
        field.says(agreed.case.enterprise.name)
        field.is_kept()
        field.offline()
        field.page.goto(f"{field.page.url.split('#')[0]}#/point/{agreed.key}/chk_food_layout")
        field.find(finding, note)
        field.waits(1)
    first.offline(False)
    first.waits(0)
    second.offline(False)
    second.waits(0)


def settle(agreed: Inspection, second: Phone) -> None:
    """Both findings are shown, and what the officers agree on stands above them."""
    second.page.locator("#foot a").click()
    second.says("已送达，但结论与同事不同")
    second.tap("去协商一致")
    second.says("两份都已保留")
    second.says("没有分开")
    second.examine("conflict")
    form = second.page.locator("form[data-settle]")
    form.locator("[value=rectify]").check()
    form.locator("[name=note]").fill("共同查看后确认没有分开")
    form.get_by_role("button").click()
    expect(second.page.locator("form[data-settle]")).to_have_count(0)
    second.waits(0)
    found = entries.stand(agreed)["chk_food_layout"]
    assert (found.finding, found.is_disputed) == ("rectify", False)
    assert InspectionEntry.objects.filter(point="chk_food_layout").count() == 3


def another_account(agreed: Inspection, first: Phone) -> None:
    """A colleague on the same device neither sees nor sends what is not theirs."""
    first.offline()
    first.page.goto(f"{first.page.url.split('#')[0]}#/point/{agreed.key}/chk_premises_match")
    first.find("pass")
    first.waits(1)
    first.session_of("tobacco")
    first.offline(False)
    first.tap("立即发送")
    first.says("这台设备现在由另一个账号登录")
    first.sign_in("tobacco")
    first.says("更新于")
    first.waits(0)
    assert not InspectionEntry.objects.filter(point="chk_premises_match").exists()
    with first.page.expect_response("**/entries/"):
        first.sign_in("mrb")
    first.waits(0)
    expect(first.page.locator(".fl-card__unsent")).to_have_count(0)
    assert InspectionEntry.objects.get(point="chk_premises_match").officer.username == "mrb"


def close_without_a_signal(agreed: Inspection, first: Phone) -> None:
    """What is missing is said in words; the visit closes once it is sent and the colleagues have signed."""
    first.offline()
    first.page.goto(f"{first.page.url.split('#')[0]}#/close/{agreed.key}")
    first.says("轮到您：补齐下列内容后可以办结")
    first.says("这台设备上还没有同事的")
    first.examine("close-missing")
    found_by_all(agreed)
    first.offline(False)
    first.tap("立即发送")
    expect(first.page.locator(".fl-matter__points li")).to_have_count(0)
    first.offline()
    first.tap("去签字")
    first.page.locator("form[data-who=business] [name=name]").fill("王小店")
    first.tap("记下被核查人签字")
    first.tap("本人签字")
    first.waits(2)
    first.tap("返回")
    first.tap("去办结")
    first.says("同事的结论和签字送达后生效")
    first.examine("close")
    first.page.locator("form[data-close]").get_by_role("button").click()
    first.says("等待生效")
    first.examine("close-waiting")
    for name in TEAM[1:]:
        one = signing.Signing(uuid4(), timezone.now(), is_officer=True)
        signing.sign(agreed, one, actor=Actor.of(User.objects.get(username=name)), at=timezone.now())
    assert Inspection.objects.get().state == "scheduled"
    first.offline(False)
    first.waits(0)
    first.says("核查已办结")
    first.says(Inspection.objects.get().record.number)
    first.examine("closed")


def found_by_all(agreed: Inspection) -> None:
    """What is not found yet is found by the two departments."""
    for name in ("mrb", "tobacco"):
        now = timezone.now()
        left = [id for id, one in entries.stand(agreed).items() if not one.entries]
        new = [entries.NewEntry(uuid4(), id, "pass", "", now) for id in left]
        entries.enter(agreed, new, actor=Actor.of(User.objects.get(username=name)), at=now)
