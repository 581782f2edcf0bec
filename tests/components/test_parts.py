"""What the single components print."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import RequestContext
from lxml import html

from tests.components.forms import EveryControl, failing
from tests.components.rendering import render


def text(source: str, **context: object) -> str:
    """The words of a rendered component, spaces put together."""
    return " ".join(html.fragment_fromstring(render(source, context), create_parent="div").text_content().split())


STATES = [
    ({"days": -3}, "逾期 3 个工作日", "overdue"),
    ({"days": -1}, "逾期 1 个工作日", "overdue"),
    ({"days": 0}, "今天到期", "today"),
    ({"days": 1}, "剩 1 个工作日", "soon"),
    ({"days": 2}, "剩 2 个工作日", "soon"),
    ({"days": 3}, "剩 3 个工作日", "normal"),
    ({"days": 3, "paused": True}, "已暂停", "paused"),
    ({"days": None, "paused": True}, "已暂停", "paused"),
    ({"days": None}, "期限未定", "unknown"),
]


@pytest.mark.parametrize(("facts", "words", "state"), STATES)
def test_time_left_has_a_word_an_icon_and_a_colour(facts: dict[str, object], words: str, state: str) -> None:
    tag = '<c-days-left :days="days" :paused="paused" :provisional="provisional" />'
    facts = {"paused": False, "provisional": False} | facts
    tree = html.fragment_fromstring(render(tag, facts), create_parent="div")
    assert words in " ".join(tree.text_content().split())
    assert tree.xpath(f"//span[contains(@class, 'ol-days--{state}')]")
    assert tree.xpath("//use/@href")
    assert "暂定" not in tree.text_content()


@pytest.mark.parametrize("days", [-1, 0, 2, 9])
def test_a_provisional_date_is_dashed_and_says_so(days: int) -> None:
    source = render('<c-days-left :days="days" :provisional="True" />', {"days": days})
    assert "ol-days--provisional" in source
    assert "暂定" in source


def test_what_is_unknown_is_never_green() -> None:
    assert "normal" not in render("<c-days-left />")
    assert "normal" not in render('<c-days-left :days="missing" />')


def test_the_summary_links_to_every_field_with_an_error() -> None:
    tree = html.fromstring(
        render(
            '<div><c-error-summary :form="form" />{% for field in form %}<c-field :field="field" />{% endfor %}</div>',
            {"form": failing()},
        )
    )
    links = tree.xpath("//*[contains(@class, 'error-summary__list')]//a/@href")
    assert len(links) == len(failing().errors)
    for link in links:
        target = tree.xpath(f"//*[@id='{link[1:]}']")
        assert target, link
        assert target[0].tag in {"input", "select", "textarea"}, link


def test_the_summary_names_the_field_where_the_message_does_not() -> None:
    form = EveryControl({"name": "x"})
    form.add_error("name", "请填写企业名称的全称")
    words = text('<c-error-summary :form="form" :errors="errors" />', form=form, errors=["企业已有申请"])
    assert "企业名称：请" not in words
    assert "办理类型：" in words
    assert "企业已有申请" in words


def test_no_error_no_summary() -> None:
    assert render('<c-error-summary :form="form" />', {"form": EveryControl()}).strip() == ""


def test_a_button_with_an_address_is_a_link() -> None:
    tree = html.fromstring(render('<c-button text="开始" href="/apply/" kind="start" />'))
    assert (tree.tag, tree.get("href"), tree.get("role")) == ("a", "/apply/", "button")
    tree = html.fromstring(render('<c-button name="do" value="0" hx-post="/x/">保存</c-button>'))
    assert (tree.tag, tree.get("value"), tree.get("hx-post")) == ("button", "0", "/x/")


def test_pages_keep_the_other_parameters() -> None:
    page = Paginator(list(range(95)), 10).page(3)
    source = render('<c-pagination :page="page" />', {"page": page}, path="/?q=茶&state=a&state=b&page=9")
    links = html.fromstring(source).xpath("//a/@href")
    assert links[0] == "?q=%E8%8C%B6&state=a&state=b&page=2"
    assert links[-1].endswith("page=4")


def test_one_page_needs_no_pagination() -> None:
    assert render('<c-pagination :page="page" />', {"page": Paginator([1], 10).page(1)}).strip() == ""


def test_a_task_without_address_cannot_start() -> None:
    assert "cannot-start-yet" in render('<c-task title="签署" status="尚不能开始" />')
    assert "cannot-start-yet" not in render('<c-task href="/1/" title="填写" status="已完成" />')


def test_what_a_component_is_not_given_does_not_leak_in_from_the_page() -> None:
    words = text('<c-timeline><c-event title="已受理" /></c-timeline>', at="昨天", by="某人")
    assert words == "已受理"


def test_text_of_people_is_escaped() -> None:
    source = render('<c-notice title="{{ words }}">{{ words }}</c-notice>', {"words": "<script>1</script>"})
    assert "<script>" not in source


def test_every_component_that_a_page_names_exists() -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    named = {
        name
        for path in folder.rglob("*.html")
        for name in re.findall(r"<c-([a-z][a-z.-]*)", path.read_text("utf-8"))
        if name not in {"vars", "slot"}
    }
    missing = [name for name in named if not (folder / "cotton" / f"{name.replace('-', '_')}.html").is_file()]
    assert missing == []


def test_every_component_says_how_it_is_used() -> None:
    for path in (Path(settings.BASE_DIR) / "templates" / "cotton").glob("*.html"):
        name = path.stem.replace("_", "-")
        assert f"<c-{name}" in path.read_text("utf-8").split("{% endcomment %}")[0], path.name


def test_nobody_needs_a_request_for_a_component() -> None:
    from django.template import engines
    from django_cotton.compiler_regex import CottonCompiler

    template = engines["django"].from_string(CottonCompiler().process('<c-tag kind="red">过期</c-tag>'))
    assert "过期" in str(template.template.render(RequestContext(None)))
