"""The business: from the first question to the page of truth, on a phone, and without any script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload

from permits.models import Case
from permits.wording import grouped
from tests.browser.filling import answer_questions, attach, fill_section, upload_everything, values_of
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
WRONG_PHONE = "12345"


def test_a_shop_files_its_application_on_a_phone(visit: Visit) -> None:
    shop = visit("phone")
    choose_industry(shop)
    ask(shop)
    begin(shop)
    fill_form(shop)
    hand_in_materials(shop)
    sign_letters(shop)
    check_and_submit(shop)
    look_after_the_case(shop)
    passer_by = visit("phone")
    look_up_progress(passer_by, Case.objects.get())


def test_a_shop_files_its_application_without_any_script(visit: Visit) -> None:
    shop = visit("phone", examined="every part", scripts=False)
    shop.open("/")
    shop.page.get_by_label("找行业").fill("bld")
    shop.enter(shop.page.get_by_label("找行业"))
    shop.says("找到")
    shop.page.get_by_label("便利店").check()
    shop.press("开始回答问题")
    answer_questions(shop)
    shop.press("出具一次告知单")
    begin(shop)
    values = values_of(case_key(shop))
    open_first_section(shop)
    while "/form/" in shop.page.url:
        fill_section(shop, values)
        shop.press("保存并继续")
    shop.press("上传材料")
    assert upload_everything(shop) >= 1
    shop.press("回到任务清单", within=shop.page.locator("main"))
    sign_letters(shop)
    shop.press("检查填写的内容")
    shop.press("确认无误，提交申请")
    shop.says("申请已提交", grouped(str(Case.objects.get().number)))


def case_key(shop: Visitor) -> str:
    """The draft's key, from the address of its task list."""
    return shop.page.url.rstrip("/").rsplit("/", 1)[-1]


def open_first_section(shop: Visitor) -> None:
    """From the task list."""
    with shop.page.expect_navigation():
        shop.page.locator("main .govuk-task-list__item").first.get_by_role("link").click()
    shop.look()


def choose_industry(shop: Visitor) -> None:
    """By pinyin; Enter in the search box searches and does not start."""
    shop.open("/")
    shop.picture("home-phone")
    shop.tab_through(12)
    search = shop.page.get_by_label("找行业")
    search.fill("bianlidian")
    search.press("Enter")
    assert shop.page.url.endswith("/")
    assert shop.page.locator("[data-picker-keys]:visible").count() == 1
    shop.says("找到 1 个行业")
    shop.page.get_by_label("便利店").check()
    shop.press("开始回答问题")
    shop.says("便利店", "只问会改变结果的问题")
    shop.tab_through(12)


def ask(shop: Visitor) -> None:
    """A page sent empty says at each question what to do; then all are answered and the notice is numbered."""
    shop.press("继续")
    shop.says("请填写数字，如 80")
    assert shop.page.locator(".govuk-error-summary a").count() >= 1
    assert shop.page.evaluate("document.activeElement.classList.contains('govuk-error-summary')")
    shop.picture("questions")
    assert answer_questions(shop) >= 2
    shop.says("问题答完了")
    shop.press("出具一次告知单")
    assert re.search(r"沪长综告〔\d{4}〕\d{6}号", shop.page.locator(".ol-sheet__number").inner_text())
    assert shop.page.locator(".ol-stats").is_visible()
    shop.says("证", "材料", "列出的以外，任何部门不得再要求提交材料")
    shop.picture("notice")


def begin(shop: Visitor) -> None:
    """Signing in leads back to where one was; the enterprise is known."""
    shop.press("开始办理")
    shop.sign_in("shop")
    shop.says("为哪家企业办理", "长宁示例便利店有限公司")
    shop.press("开始填写")
    shop.says("办理任务清单", "已自动预填", "未开始")
    shop.picture("tasklist")


def fill_form(shop: Visitor) -> None:
    """Section by section; one wrong telephone number is said on top and at the field, and nothing is lost."""
    values = values_of(case_key(shop))
    mistaken = False
    open_first_section(shop)
    while "/form/" in shop.page.url:
        phone = shop.page.locator("main input[name=f_contact_phone]")
        if phone.count() and not mistaken:
            fill_section(shop, values, wrong={"f_contact_phone": WRONG_PHONE})
            shop.enter(phone)
            said = shop.page.locator("#id_f_contact_phone_error").inner_text()
            assert "如 13812345678" in said
            assert shop.page.locator(".govuk-error-summary a[href='#id_f_contact_phone']").count() == 1
            assert phone.input_value() == WRONG_PHONE
            assert shop.page.title().startswith("有错误")
            shop.picture("form")
            phone.fill(values["f_contact_phone"])
            mistaken = True
        else:
            shop.tab_through(4)
            fill_section(shop, values)
        shop.press("保存并继续")
    assert mistaken
    assert "form" not in shop.page.url


def hand_in_materials(shop: Visitor) -> None:
    """Each material once, and something that is no document is refused in words."""
    shop.press("上传材料")
    overview = shop.page.url
    with shop.page.expect_navigation():
        shop.page.locator("main .govuk-task-list__item", has_text="未上传").first.get_by_role("link").click()
    programs: list[FilePayload] = [
        {"name": name, "mimeType": "application/pdf", "buffer": b"MZ\x90\x00 no picture at all"}
        for name in ("程序.pdf", "程序二.pdf")
    ]
    shop.page.locator("main input[type=file]").set_input_files(programs)
    shop.press("上传", within=shop.page.locator("main form"))
    said = shop.page.locator(".govuk-error-summary").inner_text()
    assert "程序.pdf：不能上传这种文件" in said
    assert "请上传 PDF、JPG、PNG" in said
    attach(shop, "平面图.pdf", "平面图二.pdf")
    assert shop.page.locator(".pf-file").count() == 2
    shop.open(overview)
    upload_everything(shop)
    shop.press("回到任务清单", within=shop.page.locator("main"))


def sign_letters(shop: Visitor) -> None:
    """Where a matter goes by commitment: read, tick, sign."""
    letter = shop.page.get_by_role("link", name="阅读并签署告知承诺书")
    if not letter.count():
        return
    shop.press("阅读并签署告知承诺书")
    shop.press("签署", within=shop.page.locator("main form"))
    assert shop.page.locator(".govuk-error-summary a").count() >= 1
    shop.page.get_by_label("我已阅读并自愿作出上述承诺").check()
    shop.page.get_by_label("签署人姓名").fill("王小店")
    shop.enter(shop.page.get_by_label("签署人姓名"))


def check_and_submit(shop: Visitor) -> None:
    """Everything once more, changed in place, then handed in."""
    if "/check/" not in shop.page.url:
        shop.press("检查填写的内容")
    shop.says("检查填写的内容", "提交申请", "来自")
    shop.picture("check")
    shop.press("确认无误，提交申请")
    case = Case.objects.get()
    assert case.number
    shop.says("申请已提交", grouped(case.number), case.code, "五个工作日")
    shop.picture("receipt")
    receipt = shop.fetch(str(shop.page.get_by_role("button", name="下载收件凭证").get_attribute("href")))
    assert receipt.body().startswith(b"%PDF")


def look_after_the_case(shop: Visitor) -> None:
    """The page of truth says whose turn it is."""
    shop.press("查看办件")
    shop.says("便利店", "最迟", "各事项", "收件凭证")
    shop.tab_through()
    shop.press("在流程图上看到了哪一步")
    shop.open("/my/")
    shop.says("正在办理", "现在轮到谁")


def look_up_progress(passer_by: Visitor, case: Case) -> None:
    """Number and code open the progress without signing in, and it names nobody."""
    passer_by.open("/progress/")
    passer_by.page.get_by_label("办件编号").fill(str(case.number))
    passer_by.page.get_by_label("查询码").fill("wrong")
    passer_by.enter(passer_by.page.get_by_label("查询码"))
    passer_by.says("编号和查询码不相符")
    passer_by.page.get_by_label("查询码").fill(case.code)
    passer_by.enter(passer_by.page.get_by_label("查询码"))
    assert passer_by.page.url.endswith(f"/progress/{case.code}/")
    passer_by.says("办件进度", "状态")
    assert case.enterprise.name not in passer_by.page.content()
    passer_by.picture("progress")
