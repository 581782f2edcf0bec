"""An officer arranges their absence on a phone; the substitute finds the work at the desk, and the head sees all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser.stage import Stage, actor
from tests.browser.visitor import Visitor
from workflows import claims

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_an_absence_is_arranged_on_a_phone_and_the_work_is_found_at_the_desk(stage: Stage, visit: Visit) -> None:
    case, today = stage.accepted(), timezone.localdate()
    claims.claim(case, actor=actor("mrb"), at=stage.at)
    officer = visit("phone")
    officer.sign_in("mrb")
    officer.open("/substitutions/")
    officer.page.select_option("#id_substitute", index=1)
    officer.page.fill("#id_since", str(today))
    officer.page.fill("#id_until", str(today + timedelta(days=3)))
    officer.page.fill("#id_reason", "年休假")
    officer.picture("substitutions-phone")
    officer.press("安排替班")
    officer.picture("substitutions-arranged-phone")
    colleague = visit("desk")
    colleague.sign_in("mrb-2")
    colleague.open("/work/")
    colleague.picture("substitutions-work")
    colleague.open(f"/work/{case.number}/")
    assert "代" in colleague.page.locator(".ol-holder").inner_text()
    colleague.picture("substitutions-section", most=1100)
    colleague.open("/substitutions/")
    colleague.picture("substitutions-own")
    colleague.open("/substitutions/body/")
    colleague.tab_through(10)
    colleague.picture("substitutions-body")
    colleague.press("提前结束")
    colleague.picture("substitutions-end")
