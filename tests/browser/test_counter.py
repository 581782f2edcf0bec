"""The counter's working day without a mouse, in a magnified window; and the phone that photographs the papers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser

from accounts.enterprises import enterprise_from_register
from permits import samples
from permits.at_counter import channels
from permits.models import Case
from tests.browser.conftest import ARGUMENTS, OPTIONS
from tests.browser.filling import is_filled, sample_file
from tests.browser.stage import ANSWERS, SHOP, Stage, actor
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
MAGNIFIED: dict[str, Any] = {"viewport": {"width": 1093, "height": 614}, "device_scale_factor": 1.25}
"""A screen of 1366×768 at 125 %."""
NO_MOUSE = "addEventListener('pointerdown', () => { window.hands = (window.hands || 0) + 1; }, true);"

BURST = """text => { document.activeElement.blur(); for (const key of [...text, "Enter"])
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})) }"""
"""What a scanner sends: all its keys within a few milliseconds."""


class Keys:
    """A clerk's ten fingers: everything is done by keys, and what is pressed must be in sight."""

    def __init__(self, clerk: Visitor) -> None:
        self.clerk, self.page = clerk, clerk.page

    def goes(self, key: str) -> None:
        """A shortcut that leads to another page; its button is in sight and names the key."""
        button = self.page.locator(f"[aria-keyshortcuts='{key}']").first
        if button.locator("kbd").count():
            assert button.locator("kbd").inner_text() == key
        assert button.evaluate("one => one.getBoundingClientRect().width > 0")
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.clerk.look()

    def tab_to(self, selector: str, most: int = 120) -> None:
        """Walks with the Tab key until the focus is there."""
        for _step in range(most):
            if self.page.evaluate("where => document.activeElement.matches(where)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: the Tab key does not lead to {selector}")

    def type(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def follow(self, selector: str) -> None:
        """A link, by Tab and Enter."""
        self.tab_to(selector)
        self.enters()

    def enters(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.clerk.look()


def test_a_whole_intake_without_a_mouse(stage: Stage, visit: Visit) -> None:
    """Found by initials, questions, form, originals, submission, receipt: keys alone, and nothing wider than the window."""
    enterprise = enterprise_from_register(SHOP, stage.at)
    clerk = visit("desk", examined="every part", **MAGNIFIED)
    clerk.context.add_init_script(NO_MOUSE)
    keys = Keys(clerk)
    clerk.sign_in("window")
    clerk.picture("counter-window", whole=False)
    assert clerk.page.evaluate("document.activeElement.id") == "find"
    keys.page.keyboard.insert_text(enterprise.initials[:4])
    keys.enters()
    clerk.says(enterprise.name, "新开办件")
    clerk.picture("counter-find", whole=False)
    keys.tab_to(f"main button[value='{SHOP}']")
    keys.enters()
    keys.tab_to("main input[value='convenience_store']")
    keys.page.keyboard.press("Space")
    keys.goes("F8")
    _answer(keys)
    keys.goes("F8")  # the notice
    keys.goes("F8")  # to the enterprise
    clerk.says(enterprise.name)
    keys.goes("F8")  # the draft
    case = Case.objects.get()
    assert (case.with_counter, case.channel) == (True, "window")
    _fill_in(keys, samples.sample_values(case))
    _hand_in(keys)
    _tick_originals(keys, case)
    keys.goes("F8")  # back to the list of tasks
    keys.goes("F8")  # everything once more
    keys.goes("F8")  # submitted
    case.refresh_from_db(fields=["number", "state"])
    assert case.number, "not submitted"
    keys.goes("F8")  # back at the desk
    _print_twice(keys, case)
    assert not clerk.page.evaluate("window.hands || 0"), "a mouse was used"


def _answer(keys: Keys) -> None:
    """Every question by Tab, Space and the arrows; Enter and F8 go on."""
    page = keys.page
    while asked := page.locator("main input[name=ask]").evaluate_all("all => all.map(one => one.value)"):
        for id in asked:
            field = page.locator(f"main [name='{id}']").first
            kind = field.evaluate("one => one.type || one.tagName.toLowerCase()")
            if kind in ("radio", "checkbox"):
                wanted = ANSWERS.get(id, False)
                value = {True: "yes", False: "no"}.get(wanted, wanted) if isinstance(wanted, bool) else wanted
                value = value[0] if isinstance(value, list) else value
                _choose(keys, id, str(value), kind)
            else:
                keys.type(f"main [name='{id}']", str(ANSWERS.get(id, 0)))
        keys.goes("F8")


def _fill_in(keys: Keys, values: Mapping[str, Any]) -> None:
    """Every section by keys; what the register knew already is left as it is."""
    page = keys.page
    keys.follow("main .govuk-task-list__item a")
    seen: set[str] = set()
    while "/form/" in page.url:
        assert page.url not in seen, page.locator(".govuk-error-summary").inner_text()
        seen.add(page.url)
        for name in page.locator("main input[name^='shown-']").evaluate_all("all => all.map(one => one.name.slice(6))"):
            value = values.get(name)
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for place, cell in enumerate(value[0].values()):
                    keys.type(f"main [name='{name}-0-{place}']", str(cell))
            elif value is not None and not is_filled(field := page.locator(f"main [name='{name}']")):
                kind = field.first.evaluate("one => one.type || one.tagName.toLowerCase()")
                _give(keys, name, value, kind)
        if page.locator("[name=f_use_area]").count():
            _an_input_method_keeps_its_keys(keys)
        keys.goes("F8")


def _give(keys: Keys, name: str, value: Any, kind: str) -> None:
    if kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            _choose(keys, name, {True: "yes", False: "no"}.get(one, one) if isinstance(one, bool) else str(one), kind)
    elif kind == "select-one":
        keys.tab_to(f"main [name='{name}']")
        options = keys.page.locator(f"main [name='{name}'] option")
        for _step in range(
            options.evaluate_all("(all, value) => all.findIndex(one => one.value === value)", str(value))
        ):
            keys.page.keyboard.press("ArrowDown")
    else:
        keys.type(f"main [name='{name}']", str(value))


def _hand_in(keys: Keys) -> None:
    """From one material to the next by F8; the choice of a file is the system's own window."""
    keys.follow("main a[href$='/materials/']")
    keys.goes("F8")
    place = 0
    while "/materials/" in keys.page.url:
        assert place < 12, keys.page.locator("main").inner_text()
        keys.tab_to("main input[type=file], main .govuk-file-upload-button")
        keys.page.locator("main input[type=file]").set_input_files([sample_file(f"材料{place}.pdf", place)])
        keys.goes("F8")  # uploaded
        keys.goes("F8")  # the next one
        place += 1
    assert place > 3


def _choose(keys: Keys, name: str, value: str, kind: str) -> None:
    """A box by Space; a radio by the arrows."""
    page = keys.page
    offered = page.locator(f"main [name='{name}']").evaluate_all("all => all.map(one => one.value)")
    if value not in offered:
        value = offered[-1]
    if kind == "checkbox":
        keys.tab_to(f"main [name='{name}']" + (f"[value='{value}']" if len(offered) > 1 else ""))
        page.keyboard.press("Space")
        return
    keys.tab_to(f"main [name='{name}']")
    page.keyboard.press("Space")
    for _step in offered:
        if page.evaluate("() => document.activeElement.value") == value:
            break
        page.keyboard.press("ArrowDown")
    assert page.locator(f"main [name='{name}'][value='{value}']").is_checked()


def _an_input_method_keeps_its_keys(keys: Keys) -> None:
    """While it composes, neither F8 nor Enter do anything; Enter otherwise goes on to the next field."""
    keys.tab_to("[name=f_use_area]")
    still = """([key, extra]) => { const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...extra});
        document.activeElement.dispatchEvent(event); return event.defaultPrevented }"""
    for key in ("F8", "Enter"):
        assert not keys.page.evaluate(still, [key, {"isComposing": True}])
        assert not keys.page.evaluate(still, [key, {"keyCode": 229}])
    before = keys.page.evaluate("document.activeElement.name")
    keys.page.keyboard.press("Enter")
    assert keys.page.evaluate("document.activeElement.name") != before


def _tick_originals(keys: Keys, case: Case) -> None:
    keys.follow(f"a[href='/window/desk/{case.key}/']")
    keys.clerk.picture("counter-desk", whole=False)
    keys.tab_to("#originals input[name=seen]")
    keys.page.keyboard.press("Space")
    keys.goes("F7")
    keys.clerk.says("已登记核对原件")
    assert case.materials.filter(original_seen_at__isnull=False).count() == 1


def _print_twice(keys: Keys, case: Case) -> None:
    """Straight from the number to the desk; the second slip is marked; the code scanned from it leads back."""
    assert keys.page.url.endswith(f"/window/desk/{case.key}/")
    keys.goes("F10")
    keys.clerk.picture("counter-slip")
    assert "补打" not in keys.page.locator(".ol-slip").inner_text()
    keys.clerk.open(f"/window/find/?q={case.number}")
    assert keys.page.url.endswith(f"/window/desk/{case.key}/"), "a number leads straight to its desk"
    keys.tab_to("#slip button[value='80mm']")
    keys.enters()
    keys.clerk.says("补打（第 1 次）")
    keys.clerk.picture("counter-slip-80mm")
    keys.clerk.open("/window/")
    with keys.page.expect_navigation():
        keys.page.evaluate(BURST, f"{keys.clerk.site}/progress/{case.code}/")
    assert keys.page.url.endswith(f"/window/desk/{case.key}/"), "a scanner bursts in wherever the focus is"


@pytest.fixture
def with_camera(chromium: Browser) -> Iterator[Browser]:
    """A browser whose camera shows a test picture."""
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=[*ARGUMENTS, *fake])
    yield browser
    browser.close()


def test_a_phone_photographs_a_paper_for_the_desk(stage: Stage, visit: Visit, site: str, with_camera: Browser) -> None:
    """The code from the desk's screen, the phone's camera, and the paper arrives on the desk by itself."""
    case, clerk = stage.draft(without=["mat_sign_drawing"]), visit("desk")
    channels.take_over(case, consent_by="王小店", how="present", actor=actor("window"), at=stage.at)
    clerk.sign_in("window")
    clerk.open(f"/window/desk/{case.key}/")
    clerk.press("用手机拍照")
    code = clerk.page.locator(".ol-phone__code").inner_text()
    clerk.picture("counter", most=1100)
    context = with_camera.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", permissions=["camera"], **OPTIONS["phone"]
    )
    phone = Visitor(context, site)
    phone.open(f"/phone/{code.replace('-', '')}/")
    phone.press("开始拍照")
    phone.page.locator("[name=material]").select_option("mat_sign_drawing")
    phone.page.get_by_role("button", name="打开相机").click()
    phone.page.get_by_role("button", name="拍照", exact=True).click()
    phone.page.get_by_text("已拍好").wait_for()
    phone.says("将要上传：", "photo-", "还没有收到")
    phone.look()
    phone.picture("phone-camera")
    phone.press("上传", exact=True)
    phone.says("已上传：", "共 1 个文件", "要交的材料都收到了")
    phone.picture("phone-uploaded")
    file = case.materials.get(material="mat_sign_drawing")
    assert (file.content_type, file.channel) == ("image/jpeg", "window")
    clerk.page.locator("#arrivals li", has_text="1 个文件，1 页").first.wait_for()
    clerk.press("结束手机拍照")
    phone.open("/phone/photos/")
    assert phone.page.url.endswith("/phone/")
    phone.leave()
    assert phone.faults == []
