"""A guard that never refuses proves nothing: each of ours is shown something bad."""

import ast

import pytest

from bench.measure import OURS, Measurement
from bench.run import ratio
from scripts.check_hosts import FETCHES
from tests.architecture.test_states import is_state_write
from tests.architecture.test_templates import FORBIDDEN


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("html", '<script src="https://cdn.example.com/x.js"></script>'),
        ("html", '<img src="//cdn.example.com/x.png">'),
        ("html", '<link rel="stylesheet" href="https://fonts.example.com/css">'),
        ("css", "@import 'https://fonts.example.com/css';"),
        ("css", "a{background:url(https://cdn.example.com/x.png)}"),
        ("js", 'fetch("https://api.example.com/x")'),
        ("js", 'import x from "https://cdn.example.com/x.js"'),
    ],
)
def test_a_fetch_from_others_is_seen(kind, text):
    assert FETCHES[kind].search(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("html", '<a href="https://www.shanghai.gov.cn/">上海</a>'),
        ("html", '<script src="/static/dist/site.js"></script>'),
        ("css", "a{background:url(/static/dist/x.png)}"),
        ("js", 'fetch("/api/v1/")'),
    ],
)
def test_a_link_or_a_path_of_ours_is_fine(kind, text):
    assert not FETCHES[kind].search(text)


@pytest.mark.parametrize(
    ("what", "html"),
    [
        ("inline script", "<script>alert(1)</script>"),
        ("inline style", '<p style="color:red">'),
        ("inline style", "<style>p{}</style>"),
        ("event handler", '<a onclick="x()">'),
        ("script address", '<a href="javascript:x()">'),
        ("unescaped output", "{{ text|safe }}"),
    ],
)
def test_something_inline_is_seen(what, html):
    assert FORBIDDEN[what].search(html)


def test_a_script_of_ours_and_data_are_fine():
    html = '<script type="module" src="/static/dist/site.js"></script><script type="application/json">{}</script>'
    assert not FORBIDDEN["inline script"].search(html)


def test_an_update_of_a_state_is_seen():
    tree = ast.parse("Case.objects.filter(pk=1).update(state='issued')")
    assert any(is_state_write(node) for node in ast.walk(tree))
    tree = ast.parse("Case.objects.filter(pk=1).update(label='x')")
    assert not any(is_state_write(node) for node in ast.walk(tree))


def test_a_ratio_above_one_means_that_we_are_faster():
    ours = Measurement("case", OURS, "ms", (10.0,))
    peer = Measurement("case", "peer", "ms", (20.0,))
    assert ratio(peer, [ours, peer]) == 2.0
    assert ratio(ours, [ours, peer]) is None
    quick = Measurement("rate", OURS, "cases/s", (30.0,), higher_is_better=True)
    slow = Measurement("rate", "peer", "cases/s", (10.0,), higher_is_better=True)
    assert ratio(slow, [quick, slow]) == 3.0
