"""The licence: made, handed over, verified by anybody's phone; a changed digit is a forgery."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from certificates import paper
from certificates.models import Licence
from permits.models import Case
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_the_licence_is_handed_over_and_verifies(stage: Stage, visit: Visit) -> None:
    stage.at -= timedelta(days=9)  # so that days have gone by
    case = stage.decided()
    assert case.state == Case.State.ISSUED
    licence = Licence.objects.get(case=case)
    deliver(visit("desk"), case, licence)
    download(visit("phone"), case, licence)
    anybody = visit("phone")
    verify(anybody, licence)
    find_in_the_register(anybody, licence)


def deliver(office: Visitor, case: Case, licence: Licence) -> None:
    """The service office sees what is to be handed over; a day to come is no day of delivery."""
    office.sign_in("service")
    assert office.page.url.endswith("/office/")
    office.open("/office/?tab=deliver")
    office.says(case.enterprise.name, licence.number, "准予 3 项")
    office.picture("office")
    office.press(case.enterprise.name)
    office.says("决定", "送达", licence.number)
    office.tab_through(30)
    paper_url = office.page.locator("main .ol-papers").get_by_role("link", name="行业综合许可证").get_attribute("href")
    assert office.fetch(str(paper_url)).body().startswith(b"%PDF")
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = office.page.locator("main [name=on]")
    day.fill(f"{tomorrow}")
    office.enter(day)
    assert office.page.locator(".govuk-error-message, .ol-notice--error").count() >= 1
    office.page.locator("main [name=on]").fill(f"{timezone.localdate()}")
    office.press("登记送达")
    office.says("已登记送达", "签收人")
    office.open("/reports/")
    office.says("收到的办件", "中位数")
    office.tab_through(30)
    office.picture("reports")
    office.press("已发证")
    office.says(case.enterprise.name, "合计")


def download(shop: Visitor, case: Case, licence: Licence) -> None:
    """The business has its licence as a PDF, and the way to its public page."""
    shop.sign_in("shop")
    shop.open(case.get_absolute_url())
    shop.says("行业综合许可证", licence.number)
    shop.picture("issued")
    link = shop.page.get_by_role("link", name="下载证书(PDF)").get_attribute("href")
    answer = shop.fetch(str(link))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    shop.keep_pdf("licence", answer.body())
    shop.press("网页版和大字版")
    shop.says(licence.number, "食品经营许可", "电子证照标识")
    shop.picture("licence-page")
    shop.press("大字版")
    shop.says(licence.number, "普通字号")
    shop.picture("licence-large")


def verify(anybody: Visitor, licence: Licence) -> None:
    """What a scan opens: the digits stay in the fragment until the page sends them."""
    version = licence.versions.get()
    address = paper.code_text(version)
    anybody.open(address)
    anybody.page.locator("[data-signature=good], [data-signature=valid]").wait_for()
    anybody.look()
    anybody.says(licence.number, "二维码签名已核验", "食品经营许可")
    anybody.picture("verify")
    place = address.index("#") + 60
    digit = str((int(address[place]) + 1) % 10)
    anybody.open("/")
    anybody.open(f"{address[:place]}{digit}{address[place + 1 :]}")
    anybody.page.locator(".cv-verdict--forged").wait_for()
    anybody.look()
    anybody.picture("forged")


def find_in_the_register(anybody: Visitor, licence: Licence) -> None:
    """By a part of the name, with its state."""
    anybody.open("/licences/")
    anybody.page.locator("main [name=q]").fill("示例便利店")
    anybody.enter(anybody.page.locator("main [name=q]"))
    anybody.says(licence.number, "全部有效")
    anybody.picture("register")
    anybody.press(licence.number)
    anybody.says(licence.number, "核验二维码的签名")
