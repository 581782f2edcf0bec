"""Who holds the licence, as it may be shown to everybody: no identity number in full (R1.28). Pure."""

import unicodedata

from stdnum.cn import ric, uscc

SHOWN_BEFORE, HIDDEN = 10, 4
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Controls, joiners and blanks; characters newer than this Python stay, the fonts decide about them."""


def public_uscc(code: str) -> str:
    """The credit code; where an individual operator's identity number stands for it, digits 11 to 14 are masked."""
    if uscc.is_valid(code) or not ric.is_valid(code):
        return code
    return code[:SHOWN_BEFORE] + "*" * HIDDEN + code[SHOWN_BEFORE + HIDDEN :]


def one_line(text: str) -> str:
    """A name or an address on one line, in Unicode's composed form, without signs that cannot be seen."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(sign) in UNSEEN else sign for sign in composed)
    return " ".join(visible.split())
