"""The glyph guard: no paper leaves with an empty box where a name should stand."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from fontTools.ttLib import TTCollection, TTFont

from audit.violations import RuleViolation
from paper import fonts


@cache
def _characters_of(path: Path) -> frozenset[int]:
    """The code points a font file has a glyph for."""
    if path.suffix == ".ttc":
        return frozenset().union(*(font.getBestCmap() for font in TTCollection(path, lazy=True).fonts))
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(text: str) -> set[str]:
    """The characters that no face of the chain can set; blanks, line ends and variation selectors need no glyph.

    Private-use characters are always missing: what a face draws there is a matter of luck (GB 18030-2022 moved several).
    """
    wanted = {character for character in text if not character.isspace() and not _is_selector(character)}
    private = {character for character in wanted if unicodedata.category(character) == "Co"}
    wanted -= private
    for _face, path in fonts.chain():
        if not wanted:
            break
        known = _characters_of(path)
        wanted = {character for character in wanted if ord(character) not in known}
    return wanted | private


def _is_selector(character: str) -> bool:
    """Whether this only chooses among the shapes of the character before it."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def guard(texts: Iterable[str]) -> None:
    """Refuse to go on with a text that cannot be printed, naming the characters."""
    missing = missing_glyphs("".join(texts))
    if missing:
        named = "、".join(f"{character} (U+{ord(character):04X})" for character in sorted(missing))
        raise RuleViolation(
            "glyph_missing",
            _("字库缺少以下字符，无法打印：%(characters)s;请联系管理员补充字库") % {"characters": named},
        )
