"""One rule for what people type into acts: free of signs that nobody sees, printable, and, where all read it, nobody's number."""

import re
import unicodedata

from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from paper.glyphs import missing_glyphs
from permits.fields.texts import tidy_lines

PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8})(?!\d)")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dXx])")
"""Mobile and fixed numbers with their area, and the number of an identity card with its day of birth."""


def cleaned(text: str) -> str:
    """The text without control characters and other signs that nobody sees; its lines stay."""
    return tidy_lines(text)


def unprintable(text: str) -> str:
    """The signs that no font of the house has, each with its code: `𰻞 (U+30EDE)`; empty where all can be printed."""
    return "、".join(f"{sign} (U+{ord(sign):04X})" for sign in sorted(missing_glyphs(text)))


def unprintable_words(text: str, about: str = "") -> str:
    """What to say of a text that cannot be printed, by the name of what it is about; empty where it can."""
    signs = unprintable(text)
    if not signs:
        return ""
    if about:
        told = _("“%(about)s”中的 %(signs)s 字库里没有，文书上印不出来；请换用国家标准中的字")
        return told % {"about": about, "signs": signs}
    return _("字库里没有 %(signs)s，文书上印不出来；请换用国家标准中的字") % {"signs": signs}


def require_printable(text: str, field: str, about: str = "") -> str:
    """The text, which may come to stand on a paper: a sign without a glyph is refused when it is typed, not when it is served."""
    if words := unprintable_words(text, about):
        raise RuleViolation("glyph_missing", words, field=field)
    return text


def require_nothing_personal(text: str, field: str) -> str:
    """The text, which everybody will read: telephone and identity numbers do not belong there (R6.22)."""
    plain = unicodedata.normalize("NFKC", text)
    if found := PHONE.search(plain) or IDENTITY.search(plain):
        raise RuleViolation(
            "personal_number",
            _("这段话会公开，请删去其中的电话或者证件号码：%(number)s") % {"number": found.group()},
            field=field,
            rule="R6.22",
        )
    return text
