"""The scanner before a printed licence: on line and off, suspended, forged, with a list that has grown old."""

import base64
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from certificates import paper
from certificates.coding import presenting
from certificates.models import Licence
from certificates.status import ItemState
from certificates.verifying.offline import STATUS_FILE
from paper import qr
from tests.browser.field_phone import Phone
from tests.browser.film import film
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor
from tests.certificates.test_verification import put
from workflows.models import Referral, Scan, Suspicion
from workflows.scanning import log
from workflows.scanning.log import NewScan
from workflows.scanning.places import Place

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
CODE = (0.128, 0.827)
"""Where the licence has its code, in shares of the sheet."""

NO_CAMERA = "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none')); }"
HERE: Any = {"latitude": 31.2174, "longitude": 121.4187, "accuracy": 20}
FAR_AWAY = Place(31.2304, 121.4737, 30)
ADDRESS = "上海市长宁区定西路525号4层"


@pytest.fixture
def licence(stage: Stage) -> Licence:
    return Licence.objects.get(case=stage.decided())


@pytest.fixture
def scanner(chromium: Browser, site: str, licence: Licence, tmp_path: Path) -> Iterator[Phone]:
    """A telephone over the licence's code; at the end what went wrong on its pages is told."""
    pdf = paper.pdf_of(licence.versions.get(), at=timezone.now())
    seen = film(pdf, tmp_path / "licence.mjpeg", around=CODE)
    phone = Phone(chromium, tmp_path / "phone", site, app="/scan/", film=seen)
    yield phone
    phone.context.close()
    assert phone.faults == []


def scan(phone: Phone) -> None:
    """Points the camera at the licence: where it may be used, it is switched on by itself."""
    phone.page.goto(f"{phone.site}/scan/#/")


def blind(phone: Phone) -> None:
    """The first screen on a device without a camera, until it is opened anew."""
    phone.page.evaluate(NO_CAMERA)
    phone.page.goto(f"{phone.site}/scan/#/")
    phone.says("没有摄像头")


def type_number(phone: Phone, number: str) -> None:
    blind(phone)
    phone.page.get_by_label("证书编号").fill(number)
    phone.tap("核验")


def picture(phone: Phone, text: str, folder: Path) -> None:
    """Chooses a picture of a code instead."""
    address, _, digits = text.partition("#")
    file = folder / "code.png"
    file.write_bytes(qr.png(segments=[("byte", f"{address}#"), ("numeric", digits)]))
    blind(phone)
    phone.page.locator("[type=file]").set_input_files(file)


def finds(phone: Phone, verdict: str, *, live: bool) -> None:
    shown = phone.page.locator("[data-verdict]")
    expect(shown).to_have_attribute("data-verdict", verdict)
    expect(shown).to_have_attribute("data-live", str(live).lower())


def test_a_printed_licence_is_judged_on_line_and_off(
    scanner: Phone, licence: Licence, visit: Visit, tmp_path: Path
) -> None:
    text = paper.code_text(licence.versions.get())
    on_line(scanner, licence, text)
    shown_on_a_telephone(visit("phone"), scanner, licence, tmp_path / "shown.png")
    without_a_signal(scanner, licence)
    refer(scanner)
    forged(scanner, text, tmp_path)
    back_on_line(scanner)
    looked_into(visit("desk", examined="every part"))
    answered(visit("desk"), visit("phone", examined="every part"))
    grown_old(scanner, text, tmp_path)


def on_line(scanner: Phone, licence: Licence, text: str) -> None:
    """At once by the list, then by the record, with the address and where else the paper was seen; the page asks no other host
    for anything."""
    seen = NewScan(uuid4(), text, "camera", "daily", "", timezone.now(), "valid", place=FAR_AWAY)
    log.record([seen], officer=User.objects.get(username="tobacco"), at=timezone.now())
    scanner.context.grant_permissions(["geolocation", "camera"])
    scanner.context.set_geolocation(HERE)
    asked: list[str] = []
    scanner.context.on("request", lambda request: asked.append(request.url))
    scanner.session_of("mrb")
    scanner.open()
    scanner.says("状态名单截至")
    scanner.tap("打开摄像头")
    scanner.says("请先选择扫码目的")
    scanner.examine("finder")
    scanner.page.get_by_label("同意记录扫码地点").check()
    scanner.page.get_by_label("扫码目的").select_option("daily")
    scan(scanner)
    finds(scanner, "valid", live=True)
    scanner.says("全部有效")
    scanner.says(licence.case.enterprise.name)
    scanner.says(ADDRESS)
    scanner.says("上海市烟草专卖局长宁分局")
    scanner.examine("valid")
    type_number(scanner, licence.number)
    finds(scanner, "valid", live=True)
    scanner.says("没有核验二维码的签名")
    scanner.is_kept()
    scanner.waits(0)
    logged = {(one.way, one.purpose, one.found) for one in Scan.objects.filter(officer__username="mrb")}
    assert logged == {("camera", "daily", "valid"), ("typed", "daily", "valid")}
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {scanner.site.split("/")[2]}


def shown_on_a_telephone(shop: Visitor, scanner: Phone, licence: Licence, file: Path) -> None:
    """The business shows its licence; minutes later its page shows no code any more, even without a signal."""
    shop.sign_in("shop")
    shop.open("/show/")
    code = shop.page.locator("[data-state=live] img")
    code.wait_for()
    shop.says(licence.number, ADDRESS, "出示码有效至", "食品经营许可")
    shop.look()
    shop.picture("show", whole=False)
    file.write_bytes(base64.b64decode(str(code.get_attribute("src")).partition(",")[2]))
    blind(scanner)
    scanner.page.locator("[type=file]").set_input_files(file)
    finds(scanner, "valid", live=True)
    scanner.says("由经营者登录后在手机上实时出示")
    scanner.examine("shown")
    shop.context.set_offline(True)
    shop.page.clock.set_fixed_time(timezone.now() + presenting.LIFE + timedelta(minutes=1))
    shop.page.locator("[data-state=over]").wait_for()
    shop.says("出示码已过期")
    assert code.count() == 0
    shop.look()


def without_a_signal(scanner: Phone, licence: Licence) -> None:
    """What was suspended before the signal went is known; the address is not in the code."""
    put(licence.items.get(position=1), ItemState.SUSPENDED)
    (Path(settings.PUBLISHED_DIR) / STATUS_FILE).unlink()
    before = scanner.page.locator("body").get_attribute("data-as-of")
    scanner.open()
    expect(scanner.page.locator("body")).to_have_attribute("data-as-of", re.compile(r"\d+"))
    expect(scanner.page.locator("body")).not_to_have_attribute("data-as-of", str(before))
    scanner.offline()
    scanner.page.reload()
    scan(scanner)
    finds(scanner, "partly_valid", live=False)
    scanner.says("暂扣")
    scanner.says("离线核验")
    scanner.says("二维码中没有地址")
    scanner.examine("suspended")
    type_number(scanner, licence.number)
    scanner.says("凭编号只能联网核验")


def refer(scanner: Phone) -> None:
    """What is found without a signal waits on the device."""
    scanner.open()
    finds(scanner, "partly_valid", live=False)
    before = int(scanner.page.locator("#foot").get_attribute("data-unsent") or 0)
    scanner.tap("发现问题")
    scanner.page.locator("form").get_by_role("button", name="移送").click()
    scanner.says("请写明发现的问题")
    scanner.page.get_by_label("食品经营许可").check()
    scanner.page.get_by_label("发现的问题").fill("食品与化学品混放")
    scanner.examine("problem")
    scanner.page.locator("form").get_by_role("button", name="移送").click()
    scanner.waits(before + 1)
    scanner.examine("log")


def back_on_line(scanner: Phone) -> None:
    """Everything arrives, the forged ones too, with the device's moment; the problem at the department that decided."""
    before = timezone.now()
    known = set(Scan.objects.values_list("pk", flat=True))
    scanner.offline(False)
    scanner.tap("立即发送")
    scanner.waits(0)
    sent = Scan.objects.exclude(pk__in=known)
    assert {(one.said, one.found) for one in sent} == {("partly_valid", "partly_valid"), ("forged", "forged")}
    assert all(one.made_at < before < one.received_at for one in sent)
    assert Referral.objects.get().body_id == "dept_mrb"
    one = Suspicion.objects.get()
    assert (one.where, one.said_reason, one.found_reason) == ("定西路530号", "structure", "structure")
    assert one.photo_type == "image/jpeg" and one.licence is not None
    scanner.offline()


def answered(desk: Visitor, phone: Visitor) -> None:
    """The department that decided finds it on its list, and says what it does about it."""
    for visitor in (desk, phone):
        visitor.sign_in("mrb")
        visitor.open("/work/scans/")
        visitor.says("两处出现", "食品与化学品混放", "待处理")
        visitor.picture(f"scans-{visitor.page.viewport_size['width']}")  # type: ignore[index]
        visitor.open("/work/")
        visitor.press("现场移送的问题")
        visitor.picture(f"referrals-{visitor.page.viewport_size['width']}")  # type: ignore[index]
        visitor.press("长宁示例便利店")
        visitor.says("轮到本部门", "食品与化学品混放")
    desk.tab_through(30)
    phone.press("记下处理情况")
    phone.says("请选择核实结果", "请写明处理情况")
    phone.picture("referral")
    desk.page.get_by_label("属实").check()
    desk.page.get_by_label("处理情况").fill("已到店核实，责令改正")
    desk.press("记下处理情况")
    desk.says("已记下处理情况")


def forged(scanner: Phone, text: str, folder: Path) -> None:
    """A digit is another; then a true code that leads elsewhere."""
    place = text.index("#") + 60
    digit = str((int(text[place]) + 1) % 10)
    picture(scanner, f"{text[:place]}{digit}{text[place + 1 :]}", folder)
    finds(scanner, "forged", live=False)
    scanner.says("二维码是伪造的")
    scanner.examine("forged")
    suspect(scanner, folder / "code.png")
    picture(scanner, text.replace(scanner.site, "https://licence.example"), folder)
    finds(scanner, "partly_valid", live=False)
    scanner.says("licence.example")
    scanner.says("请不要打开它")


def suspect(scanner: Phone, photo: Path) -> None:
    """Without a signal too, with a photograph; it waits on the device, and the scan is not made twice."""
    before = int(scanner.page.locator("#foot").get_attribute("data-unsent") or 0)
    scanner.tap("疑似假证，报告服务办")
    scanner.says("二维码的结构不对")
    report = scanner.page.get_by_role("button", name="报告服务办")
    report.click()
    scanner.says("请写明在哪里发现")
    scanner.page.get_by_label("在哪里发现").fill("定西路530号")
    scanner.page.get_by_label("看到的情况").fill("证书印着另一家店的名称")
    scanner.page.get_by_label("照片").set_input_files(photo)
    scanner.examine("suspect")
    report.click()
    scanner.waits(before + 1)
    scanner.says("定西路530号：证书印着另一家店的名称")
    scanner.examine("suspected")


def looked_into(office: Visitor) -> None:
    """The service office sees what was reported, and hands it to a department."""
    office.sign_in("service")
    office.open("/office/")
    office.press("疑似假证")
    office.says("轮到您")
    office.picture("suspicions")
    office.press("定西路530号")
    office.says("轮到您：查看证据", "证书印着另一家店的名称")
    office.press("记下核查结果")
    office.says("请选择核查结果", "请写明核查情况")
    office.picture("suspicion")
    office.page.get_by_label("移送有关部门处理").check()
    office.page.get_by_label("移送给哪个部门").select_option("dept_mrb")
    office.page.get_by_label("核查情况").fill("涉嫌无证经营，移送查处")
    office.press("记下核查结果")
    office.says("已移送部门，待处理")


def grown_old(scanner: Phone, text: str, folder: Path) -> None:
    """More than a day later, still without a signal."""
    scanner.page.clock.set_fixed_time(timezone.now() + timedelta(hours=25))
    picture(scanner, text, folder)
    finds(scanner, "partly_valid", live=False)
    expect(scanner.page.locator("[data-notice=stale]")).to_be_visible()
    scanner.examine("stale")
    blind(scanner)
    scanner.page.locator("[type=file]").set_input_files(folder / "shown.png")
    scanner.says("出示码已过期")
