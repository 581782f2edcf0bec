"""The little language of official wording: what it sets, what it refuses, and that nothing in it runs."""

from html.parser import HTMLParser

import pytest
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from permits.papers import text
from permits.papers.text import Fault

KNOWN = {"经营者": False, "理由": False, "事项表": True}
BLOCKS = {"事项表"}


def values(**more: str) -> text.Values:
    words = {"经营者": "示例店", "理由": "面积不足", "事项表": mark_safe("<table><tr><td>甲</td></tr></table>")} | more
    return {name: (lambda word=word: word) for name, word in words.items()}


def html(source: str, **more: str) -> str:
    return text.html(source, values(**more), BLOCKS)


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("{{经营者}}：你好", "<p>示例店：你好</p>"),
        ("{{ 经营者 }}", "<p>示例店</p>"),
        ("# 理由\n{{理由}}", "<h2>理由</h2>\n<p>面积不足</p>"),
        ("决定**不予许可**。", "<p>决定<strong>不予许可</strong>。</p>"),
        ("**{{理由}}**", "<p><strong>面积不足</strong></p>"),
        ("{{事项表}}\n\n以上。", "<table><tr><td>甲</td></tr></table>\n<p>以上。</p>"),
        ("没有{{谁}}", "<p>没有{{谁}}</p>"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_a_line_is_a_paragraph_a_heading_or_a_block(source: str, made: str) -> None:
    assert html(source) == made


def test_a_reason_of_several_lines_makes_paragraphs_alone_and_line_breaks_within_a_sentence() -> None:
    assert html("{{理由}}", 理由="一\n二") == "<p>一</p>\n<p>二</p>"
    assert html("因为{{理由}}。", 理由="一\n二") == "<p>因为一<br>二。</p>"


def test_what_turns_out_empty_leaves_no_blank_line_and_no_lonely_heading() -> None:
    assert html("前\n{{理由}}\n**{{理由}}**\n后", 理由="") == "<p>前</p>\n<p>后</p>"
    assert html("# 证据\n{{理由}}\n# 依据\n法条", 理由="") == "<h2>依据</h2>\n<p>法条</p>"
    assert html("# 证据\n{{理由}}", 理由="") == ""


def test_a_block_that_begins_with_its_own_heading_stays() -> None:
    section = mark_safe("<h2>救济途径</h2><p>……</p>")
    assert html("依据\n{{事项表}}", 事项表=section) == f"<p>依据</p>\n{section}"


def test_what_people_wrote_is_never_read_as_wording() -> None:
    assert html("{{理由}}", 理由="{{经营者}} **x** # <script>") == "<p>{{经营者}} **x** # &lt;script&gt;</p>"


@pytest.mark.parametrize("code", ["{% debug %}", "{{ settings.SECRET_KEY }}", "{{经营者|safe}}", "{% include 'x' %}"])
def test_no_template_language_runs(code: str) -> None:
    assert html(code) == f"<p>{code.replace(chr(39), '&#x27;')}</p>"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{{经营者}}和{{理由}}", []),
        ("{{谁}}", [Fault("unknown", "谁")]),
        ("{{经营者|safe}}", [Fault("unknown", "经营者|safe")]),
        ("见{{事项表}}", [Fault("not_alone", "事项表")]),
        ("{{事项表}}", []),
        ("{{经营者", [Fault("braces", "{{经营者")]),
        ("经营者}}", [Fault("braces", "经营者}}")]),
        ("**粗", [Fault("bold", "**粗")]),
    ],
)
def test_faults_name_what_is_wrong(source: str, found: list[Fault]) -> None:
    assert text.faults(source, known=KNOWN) == found


class Tags(HTMLParser):
    """Which tags stand in a page, and whether they are closed as they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.is_nested = True

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.is_nested &= bool(self.open) and self.open.pop() == tag


pieces = st.lists(
    st.sampled_from(
        ["{{经营者}}", "{{事项表}}", "{{理由}}", "{{", "}}", "**", "# ", "\n", "<", ">", "&", '"', "文", "{%"]
    )
)


@given(pieces, st.text())
def test_whatever_is_written_becomes_whole_html_of_known_tags(parts: list[str], said: str) -> None:
    tags = Tags()
    tags.feed(html("".join(parts), 理由=said))
    tags.close()
    assert tags.seen <= {"p", "h2", "strong", "br", "table", "tr", "td"}
    assert tags.is_nested
    assert tags.open == []
