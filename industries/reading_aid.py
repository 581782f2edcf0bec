"""The reading aid: what the catalogue's Chinese texts mean in English, set beside them on English pages.

The Chinese text is the legal one; it stays visible and is marked as Chinese, so that screen readers change their voice.
Papers never pass through here. The translations stand in `data/reading_aid.en.yaml` by the catalogue's ids and are
looked up by the text itself, so that frozen notices and old cases are helped too.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from industries import publishing

SOURCE = Path(__file__).resolve().parent / "data" / "reading_aid.en.yaml"
HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(f"[{HAN}](?:[^A-Za-z<>]*[{HAN}])?[。！？）》〕]*")
SIGNS = {"、": ", ", "，": ", ", "；": "; ", "：": ": ", "（": " (", "）": ") ", "。": ". ", "＋": " + ", "／": "/"}
SIGN = re.compile(f"[{''.join(SIGNS)}]")
TEXTS = {
    "departments": ("name", "short_name"),
    "matters": ("name", "certificate_name", "applies_text"),
    "questions": ("text", "help"),
    "fields": ("label",),
    "materials": ("name",),
    "industries": ("name",),
    "check_items": ("text", "proof"),
}
"""Which texts of an entry the file translates, in its order."""
CHINESE = re.compile(f"[{HAN}{''.join(SIGNS)}]")


@dataclass(frozen=True)
class Aid:
    """The translations, ready to be found in a page: all of them are escaped as pages are."""

    names: dict[str, str]
    """Shown with the Chinese beside it."""
    words: dict[str, str]
    """Shown instead of the Chinese."""
    sentences: tuple[tuple[re.Pattern[str], str], ...]
    """Texts with gaps, and what they say in English."""
    finder: re.Pattern[str]


def document() -> dict[str, dict[str, Any]]:
    """The file's sections, by id or by text."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def aid() -> Aid:
    """The translations of the bundled catalogue's texts."""
    sections = document()
    names = {html.escape(text): html.escape(english) for text, english in _pairs(sections) if text and english}
    words = {text: html.escape(english) for text, english in sections["words"].items() if "{}" not in text}
    gaps = {**sections["words"], **sections["phrases"]}
    sentences = tuple((_pattern(text), html.escape(english)) for text, english in gaps.items() if "{}" in text)
    known = sorted({*names, *words}, key=len, reverse=True)
    finder = re.compile(rf"(?<![{HAN}A-Za-z])(?:{'|'.join(map(re.escape, known))})(?![{HAN}])")
    return Aid({text: name for text, name in names.items() if text not in words}, words, sentences, finder)


def _pairs(sections: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Chinese text and English, for every text of the catalogue that has a translation; of equal texts the last counts."""
    yield from sections["options"].items()
    yield from ((text, english) for text, english in sections["phrases"].items() if "{}" not in text)
    for section, attributes in TEXTS.items():
        entries: dict[str, Any] = getattr(publishing.bundled(), section)
        # A page is shown whatever the file says; a test finds ids that are not the catalogue's.
        for id in filter(entries.__contains__, sections[section]):
            meanings = sections[section][id]
            meant = [meanings] if isinstance(meanings, str) else meanings
            yield from ((getattr(entries[id], name), meaning) for name, meaning in zip(attributes, meant, strict=True))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, text.split("{}"))))


def english(text: str) -> str:
    """What a text of the catalogue means; empty where nobody has translated it."""
    return html.unescape(aid().names.get(html.escape(text), ""))


def read_aloud(text: str, *, marked: bool) -> str:
    """A page's text (escaped) with the aid; `marked`: Chinese is wrapped in elements, else set in brackets."""
    if not CHINESE.search(text):
        return text
    helped = _sentence(text.strip()) if "\n" not in text.strip() else ""
    if helped:
        return _beside(helped, text.strip(), marked=marked)
    done, at = [], 0
    for found in aid().finder.finditer(text):
        done += [_rest(text[at : found.start()], marked=marked), _known(found[0], marked=marked)]
        at = found.end()
        if text[at : at + 1].isalnum():
            done.append(" ")
    return "".join([*done, _rest(text[at:], marked=marked)])


def _sentence(text: str) -> str:
    """A text with gaps in English; what stands in the gaps is translated where it is known."""
    for pattern, meaning in aid().sentences:
        found = pattern.fullmatch(text)
        if found:
            return meaning.replace("{}", "%s") % tuple(_plainly(part) for part in found.groups())
    return ""


def _plainly(text: str) -> str:
    """A gap's text: known names in English alone."""
    known = {**aid().names, **aid().words}
    return SIGN.sub(lambda sign: SIGNS[sign[0]], aid().finder.sub(lambda found: known[found[0]], text))


def _known(text: str, *, marked: bool) -> str:
    words = aid().words.get(text)
    return words if words is not None else _beside(aid().names[text], text, marked=marked)


def _beside(meaning: str, text: str, *, marked: bool) -> str:
    """English first, the Chinese behind it; no second time what is Chinese in the meaning itself."""
    if not marked:
        return f"{meaning} ({text})"
    return f'{_rest(meaning, marked=True)} <span class="ol-original" lang="zh-Hans">{text}</span>'


def _rest(text: str, *, marked: bool) -> str:
    """What nobody translates: names of people and places, numbers, what somebody wrote. Signs between such texts become
    English ones, those inside stay."""
    done, at = [], 0
    for found in RUN.finditer(text):
        done.append(SIGN.sub(lambda sign: SIGNS[sign[0]], text[at : found.start()]))
        done.append(f'<span lang="zh-Hans">{found[0]}</span>' if marked else found[0])
        at = found.end()
    return "".join([*done, SIGN.sub(lambda sign: SIGNS[sign[0]], text[at:])])
