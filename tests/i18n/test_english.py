"""The English file is complete: every text of code and templates stands in it, translated, with its placeholders."""

import re

import polib
import pytest

from scripts import make_messages
from scripts.sources import ROOT

PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%\{\w+\}|</?\w+>|#")
FULL_WIDTH = re.compile(r"[，。；：？！（）、]")
English = dict[tuple[str, str], polib.POEntry]
AGAIN = "run scripts/make_messages.py and translate what is new"


@pytest.fixture(scope="module")
def english() -> English:
    return {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(PO))}


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_stands_in_it_and_no_other(english: English) -> None:
    said = make_messages.found()
    assert sorted(set(said) - set(english)) == [], AGAIN
    assert sorted(set(english) - set(said)) == [], AGAIN
    assert [key for key, message in said.items() if bool(message.plural) != bool(english[key].msgid_plural)] == []


def test_every_text_is_translated(english: English) -> None:
    assert [key for key, entry in english.items() if not all(translations(entry))] == []
    assert [key for key, entry in english.items() if entry.fuzzy or entry.obsolete] == []


def test_every_placeholder_is_kept(english: English) -> None:
    wrong = {
        (key, text)
        for key, entry in english.items()
        for text in translations(entry)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid))
    }
    assert wrong == set()


def test_english_has_english_signs(english: English) -> None:
    assert [text for entry in english.values() for text in translations(entry) if FULL_WIDTH.search(text)] == []


def test_what_is_read_from_a_template(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All ways in which a template says a text, and none that it does not."""
    monkeypatch.setattr(make_messages, "ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(
        """{% comment %}{% translate "注" %}{% endcomment %}{# {% translate "注" %} #}
        <c-back text="{% translate '回' %}" />{% include "x" with caption=_("表") %}{% translate "共 5%" context "操作" as y %}
        {% blocktranslate trimmed count n=rows|length %}
          一 {{ n }} 行
        {% plural %}多 {{ n }} 行{% endblocktranslate %}""",
        encoding="utf-8",
    )
    said = [(one.context, one.text, one.plural) for one in make_messages.template_messages(page)]
    assert said == [
        ("", "回", ""),
        ("操作", "共 5%%", ""),
        ("", "表", ""),
        ("", "一 %(n)s 行", "多 %(n)s 行"),
    ]


def test_a_translation_outlives_a_new_extraction() -> None:
    old = polib.POFile()
    old.append(polib.POEntry(msgid="旧", msgstr="old"))
    old.append(polib.POEntry(msgid="留", msgstr="kept"))
    said = {("", text): make_messages.Message(text, "", "x.py") for text in ("留", "新")}
    assert [(entry.msgid, entry.msgstr) for entry in make_messages.merged(old, said)] == [("留", "kept"), ("新", "")]
