"""Finding an industry by what people type: characters, aliases, pinyin, initials, English; full-width letters and spaces do not
matter."""

import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from industries import reading_aid
from industries.entities import Catalogue, Industry


def plain(text: str) -> str:
    """The text as it is compared: compatibility forms folded, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=16)
def keys(catalogue: Catalogue) -> dict[str, str]:
    """Per industry everything it is found by, separated by spaces; the page's script filters by the same text."""
    return {id: _keys(industry) for id, industry in catalogue.industries.items()}


def _keys(industry: Industry) -> str:
    found: list[str] = []
    for name in (industry.name, *industry.aliases):
        found += [name, "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))]
    found += [reading_aid.english(industry.name), industry.id.replace("_", ""), industry.code, *industry.gbt4754]
    return " ".join(dict.fromkeys(plain(text) for text in found))


def matching(catalogue: Catalogue, wanted: str) -> list[Industry]:
    """The industries that the words fit, in the catalogue's order; all of them for no words."""
    words = [plain(word) for word in unicodedata.normalize("NFKC", wanted).split()]
    return [
        industry for id, industry in catalogue.industries.items() if all(word in keys(catalogue)[id] for word in words)
    ]
