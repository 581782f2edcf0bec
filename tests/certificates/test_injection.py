"""HTML, CSS and SVG through every free text of the licence: printed as they were written, obeyed nowhere."""

import copy
import html
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.template.loader import render_to_string

from certificates import paper
from certificates.models import LicenceVersion
from tests.certificates.factories import content
from tests.paper.canary import listening
from tests.paper.vectors import VECTORS

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
OTHERS = (
    "{{{{ 7|add:7 }}}}{{% debug %}}",
    "</td></table></section>{url}",
    "\"'><script>fetch('{url}')</script>",
    "--></style>{url}",
)
HOSTILE = (*VECTORS.values(), *OTHERS)
ITEM = {
    "position": 1,
    "matter": "m_tobacco",
    "name": "烟草专卖零售许可",
    "scope": "卷烟",
    "number": "No. 1",
    "department": "dept_tobacco",
    "department_name": "烟草专卖局",
    "department_short": "烟草局",
    "hotline": "12313",
    "remedies": {},
    "valid_from": "2026-03-02",
    "valid_to": "2031-03-01",
    "state": "valid",
    "filing": False,
}
FACTS: dict[str, Any] = {
    "number": "沪长综许〔2026〕000001号",
    "code": "ABCDEFGH23",
    "version": 1,
    "case": "1",
    "issued_on": "2026-03-02",
    "at": AT.isoformat(),
    "identifier": "1.2",
    "related_identifier": "",
    "face": {"title": "行业综合许可证", "force": "扫码核验", "hint": "提示"},
    "seal": "专用章",
    "specimen": True,
    "holder": {"name": "店", "uscc": content().uscc, "representative": "王", "address": "路", "industries": ["便利店"]},
    "items": [ITEM],
}
FREE_TEXTS = (
    ("holder", "name"),
    ("holder", "uscc"),
    ("holder", "representative"),
    ("holder", "address"),
    ("holder", "industries", 0),
    ("items", 0, "name"),
    ("items", 0, "scope"),
    ("items", 0, "number"),
    ("items", 0, "department_short"),
    ("face", "title"),
    ("face", "force"),
    ("face", "hint"),
    ("number",),
    ("identifier",),
    ("seal",),
)


def with_text(place: tuple[str | int, ...], text: str) -> LicenceVersion:
    """A version on which this text stands at a place."""
    facts = copy.deepcopy(FACTS)
    *way, last = place
    at: Any = facts
    for step in way:
        at = at[step]
    at[last] = text
    return LicenceVersion(version=1, payload=b"x" * 200, facts=facts, reason="issued")


def page_of(version: LicenceVersion) -> str:
    """The page that becomes the PDF, and the one of the seal."""
    facts = version.facts
    seal = {"seal": facts["seal"], "specimen": facts["specimen"], "side": 38}
    return render_to_string(paper.TEMPLATE, paper.context_of(version)) + render_to_string(paper.SEAL_TEMPLATE, seal)


@pytest.mark.parametrize("place", FREE_TEXTS, ids=lambda place: ".".join(map(str, place)))
def test_every_text_is_text(place: tuple[str | int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has the same elements whatever is written, and what is written stands there escaped."""
    monkeypatch.setattr(paper, "code_picture", lambda version: ("data:,", 32.0))
    plain = page_of(with_text(place, "店"))
    for vector in HOSTILE:
        text = vector.format(url="http://127.0.0.1:9/secret")
        page = page_of(with_text(place, text))
        assert page.count("<") == plain.count("<")
        shown = paper._printable({**ITEM, "scope": text})["scope"] if place[-1] == "scope" else text
        assert html.escape(shown) in page


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    with listening() as heard:
        yield heard


@pytest.mark.parametrize("places", [FREE_TEXTS[n::3] for n in range(3)], ids=["a", "b", "c"])
def test_nothing_is_fetched_and_nothing_leaks(
    canary: tuple[str, list[str]], places: list[tuple[str | int, ...]], tmp_path: Path
) -> None:
    """Each text tries other ways out, towards a server that listens and a file that should stay closed."""
    url, calls = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("the moon is made of cheese", encoding="utf-8")
    opened: list[str] = []
    sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
    for number, place in enumerate(places):
        ways = HOSTILE[number :: len(places)]
        text = "".join(way.format(url=(url, secret.as_uri())[n % 2]) for n, way in enumerate(ways))
        version = with_text(place, text)
        pdf = paper.render(version) + paper._seal_picture(version.facts["seal"], is_specimen=True)
        assert b"cheese" not in pdf
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert list(document.attachments) == [paper.DATA_FILE] or place == ("seal",)
    assert calls == []
    assert str(secret) not in opened


def test_a_hostile_text_is_printed() -> None:
    pdf = paper.render(with_text(("items", 0, "scope"), "<img src=http://127.0.0.1:9/x>"))
    with pypdfium2.PdfDocument(pdf) as document:
        assert "<img src=http://127.0.0.1:9/x>" in document[0].get_textpage().get_text_bounded().replace("\r\n", "")
