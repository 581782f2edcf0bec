"""The service office writes an official text: it sees a sample, is told what is wrong, and publishes."""

from collections.abc import Callable

import pytest

from permits.papers import wordings
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_a_text_is_written_tried_and_published(stage: Stage, visit: Visit, device: str) -> None:
    office = visit(device)
    office.sign_in("service")
    office.open("/wordings/")
    office.press("不予行政许可决定书")
    office.says("现行第 1 版", "救济途径", "必须有", "现行文本的样子")
    office.tab_through(12)
    title = office.page.get_by_label("标题", exact=True)
    closing = office.page.get_by_label("结尾", exact=True)
    title.fill("不予许可决定书")
    closing.fill("{{法官}}")
    office.press("保存草稿并预览")
    office.says("没有占位符", "草稿的样子")
    office.picture(f"wording-{device}")
    closing.fill("")
    office.page.get_by_label("修改的理由").fill("依司法局意见")
    office.press("发布…")
    office.says("确认发布第 2 版", "依司法局意见")
    office.press("确认发布")
    office.says("已发布第 2 版", "现行第 2 版")
    office.press("历史版本")
    office.says("第 1 版", "依司法局意见")
    assert wordings.in_use("refusal_decision").title == "不予许可决定书"
