"""From the letter to the deed: what was reminded of is found, the missed promise is explained, everybody reads it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import delivery
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor
from workflows import periodic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Visitor]
REASON = "现场条件需要复核，预计三个工作日内决定"


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_a_missed_promise_is_reminded_of_and_explained(stage: Stage, visit: Visit, device: str) -> None:
    stage.at -= timedelta(days=25)  # long past every promise
    case = stage.accepted()
    now = timezone.now()
    periodic.run_due(now)
    while delivery.deliver_due(now, 1000).delivered:
        pass
    head = visit(device)
    head.sign_in("mrb-2")
    head.open("/reminders/")
    head.says("已过承诺办结日期")
    head.press(case.enterprise.name)
    head.press("去说明")
    head.page.get_by_label("超过承诺时限的原因").fill(REASON)
    head.press("公开原因")
    head.says("原因已公开")
    shop = visit(device)
    shop.sign_in("shop")
    shop.open(f"/cases/{case.number}/")
    shop.says(REASON)
    passer_by = visit(device)
    passer_by.open(f"/progress/{case.code}/")
    passer_by.says(REASON)
