"""Pages live under a strict policy: no script, style or handler inside the HTML, nothing from hosts of others."""

import re

import pytest

from scripts.check_hosts import fetches_from_others
from scripts.sources import ROOT, own_files

TEMPLATES = [path for path in own_files("templates/*.html", "*/templates/*.html")]
# Papers become PDF inside the house and never meet a browser's policy; mail programs know no style sheets.
PAGES = [path for path in TEMPLATES if not {"paper", "mail"} & set(path.parts)]
COMMENT = re.compile(r"\{#.*?#\}|\{% comment .*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
FORBIDDEN = {
    "inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:json|ld\+json)[\"'])", re.IGNORECASE
    ),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped output": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off", re.IGNORECASE),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_has_nothing_inline(path) -> None:
    html = COMMENT.sub("", path.read_text(encoding="utf-8"))
    found = [f"{what}: {match.group()!r}" for what, pattern in FORBIDDEN.items() for match in pattern.finditer(html)]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_fetches_nothing_from_others(path) -> None:
    assert fetches_from_others(path) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_form_that_changes_something_has_its_token(path) -> None:
    html = COMMENT.sub("", path.read_text(encoding="utf-8"))
    forms = re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", html, re.DOTALL | re.IGNORECASE)
    assert [form[:80] for form in forms if "csrf_token" not in form] == []
