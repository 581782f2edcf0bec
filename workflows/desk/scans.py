"""What came into the counter's one box: typed, or burst in by a code scanner or an ID reader that acts as a keyboard. Pure.

    read("http://127.0.0.1:8000/progress/Ab3/")   # Found(Kind.PROGRESS, "Ab3")
    read("王小店,男,汉,19800101,…,310105198001010013")   # Found(Kind.PERSON, "310105198001010018", name="王小店")

A number counts only if its check digit does, so that words are never taken for one. Readers send lines in different
shapes; whatever separates their parts, the parts prove themselves.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

Validate = Callable[[str], object]


class Kind(StrEnum):
    """What a line is."""

    CASE = "case"
    PROGRESS = "progress"
    NOTICE = "notice"
    LICENCE = "licence"
    ENTERPRISE = "enterprise"
    PERSON = "person"
    PHONE = "phone"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Found:
    """A line that was understood: its kind, the bare number or the words, and the name that an ID reader sent along."""

    kind: Kind
    value: str
    name: str = ""


LONGEST = 4000
"""Signs; a reader that sends more sends a picture, and nothing of it is of use here."""
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Z])")
_PERSON = re.compile(r"(?<![0-9A-Z])\d{17}[\dX](?![0-9A-Z])")
_PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_PATHS = {"progress": Kind.PROGRESS, "notice": Kind.NOTICE, "v": Kind.LICENCE}
_NAME = re.compile(r"(?:姓名[::]?)?([\u3400-\u9fff][\u3400-\u9fff·]{1,24})")
_SEPARATORS = re.compile(r"[,;|\t\r\n\x1c-\x1f]+")


def read(text: str, *, case_prefix: str = "") -> Found:
    """What the line is; words to search by where it is no number and no code of ours.

    `case_prefix`: how case numbers of this district begin; any number of their length with the right check digit without.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    if found := _address(plain):
        return found
    bare = re.sub(r"[\s\-]", "", plain).upper()
    if _is_case(bare, case_prefix):
        return Found(Kind.CASE, bare)
    if code := _first(_PERSON, bare, ric.validate) or _first(_PERSON, plain.upper(), ric.validate):
        return Found(Kind.PERSON, code, _name(plain))
    if code := _first(_USCC, bare, uscc.validate) or _first(_USCC, plain.upper(), uscc.validate):
        return Found(Kind.ENTERPRISE, code)
    if found_phone := _PHONE.fullmatch(bare):
        return Found(Kind.PHONE, found_phone[1])
    return Found(Kind.WORDS, " ".join(plain.split()))


def _address(text: str) -> Found | None:
    """A code of ours is an address whose path says what it is for; the digits behind a licence's stay with it."""
    if "://" not in text[:12]:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    steps = [step for step in parts.path.split("/") if step]
    if len(steps) >= 2 and (kind := _PATHS.get(steps[-2])):
        return Found(kind, text if kind == Kind.LICENCE else steps[-1].removesuffix(".pdf"))
    return None


def _is_case(bare: str, prefix: str) -> bool:
    if not bare.isascii() or not bare.isdigit() or not 12 <= len(bare) <= 24 or not bare.startswith(prefix):
        return False
    try:
        mod_11_10.validate(bare)
    except ValidationError:
        return False
    return bool(prefix) or len(bare) not in (15, 18)


def _first(pattern: re.Pattern[str], text: str, validate: Validate) -> str:
    return next((one for one in pattern.findall(text) if _passes(one, validate)), "")


def _passes(code: str, validate: Validate) -> bool:
    try:
        validate(code)
    except ValidationError:
        return False
    return True


def _name(text: str) -> str:
    """The first part that is a name in Chinese signs, as ID readers put it first."""
    for part in _SEPARATORS.split(text):
        if found := _NAME.fullmatch(part.strip()):
            return found[1].removeprefix("姓名")
    return ""
