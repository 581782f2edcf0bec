"""The check character of a number that people read out and type: ISO 7064 MOD 37,36 over its digits and Latin letters.

It finds every single wrong sign and nearly every two that changed places. The same sum closes an electronic licence's
identifier (GB/T 36904). Chinese signs and brackets do not count: they are the same on every licence of a district. Pure.
"""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MODULUS = 36
_NOT_COUNTED = re.compile(r"[^0-9A-Za-z]")
_TYPED = re.compile(r"(.*?)(?:校验码:?|(?<=号))([0-9A-Za-z])")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_BRACKETS = str.maketrans("[](){}【】<>", "〔〕〔〕〔〕〔〕〔〕")


def of(number: str) -> str:
    """The check character of a number: U for 11100000000013338W01111430000006122244L20230000403001."""
    carried = _MODULUS
    for sign in _NOT_COUNTED.sub("", number).upper():
        carried = (carried + ALPHABET.index(sign)) % _MODULUS or _MODULUS
        carried = carried * 2 % (_MODULUS + 1)
    return ALPHABET[(1 - carried) % _MODULUS]


def tidy(text: str) -> str:
    """A number as it was typed: full-width digits, other brackets, blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_BRACKETS))


def split(text: str) -> tuple[str, str]:
    """A typed number and the check character behind it, "" without: 〔2026〕000123号H, 〔2026〕000123号 校验码 H."""
    number = tidy(text)
    found = _TYPED.fullmatch(number)
    return (found[1], found[2].upper()) if found else (number, "")


def fits(text: str) -> bool:
    """Whether a typed number and the check character behind it belong together; without one nothing speaks against it."""
    number, check = split(text)
    return not check or check == of(number)
