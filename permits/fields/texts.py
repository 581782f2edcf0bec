"""Texts as people type and paste them: tidied, but never changed in meaning."""

import re
import unicodedata

from paper.glyphs import missing_glyphs
from permits.fields.faults import Fault, _

INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
LABEL = re.compile("^[^:\uff1a\\d]{1,40}[:\uff1a]\\s*(?=\\S)")
SPACES = re.compile(r"[ \t\u00a0\u3000]+")


def tidy(raw: object) -> str:
    """One line: no invisible signs, no line breaks, single spaces, nothing at the ends."""
    return SPACES.sub(" ", INVISIBLE.sub("", str(raw)).replace("\r", " ").replace("\n", " ")).strip()


def tidy_lines(raw: object) -> str:
    """Several lines, each tidied at its end."""
    lines = INVISIBLE.sub("", str(raw)).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def narrow(raw: object) -> str:
    """For numbers and codes: full-width signs become plain ones (１２ → 12, ： → :)."""
    return tidy(unicodedata.normalize("NFKC", str(raw)))


def without_label(text: str) -> str:
    """What stands behind a pasted label (统一社会信用代码:913… → 913…)."""
    return LABEL.sub("", text)


def is_private(sign: str) -> bool:
    """Whether the sign lies in a private use area: every computer may show something else there."""
    point = ord(sign)
    return 0xE000 <= point <= 0xF8FF or point >= 0xF0000


def refuse_private(text: str) -> None:
    """Names are printed and read elsewhere: a sign that only one computer knows cannot be taken."""
    for place, sign in enumerate(text, start=1):
        if is_private(sign):
            raise Fault(
                _(
                    "第%(place)d个字(编码 U+%(code)s)是自造字，其他电脑显示不出来。请改用国家标准中的字重新输入，例如“䶮”"
                ),
                place=place,
                code=f"{ord(sign):04X}",
            )


def refuse_unprintable(text: str) -> None:
    """What is typed stands on papers: a sign that no font of the house has would be an empty box there."""
    if missing := missing_glyphs(text):
        named = "、".join(f"{sign} (U+{ord(sign):04X})" for sign in sorted(missing))
        raise Fault(
            _("字库中没有 %(named)s，证照上印不出来。请改用国家标准中的字；确需使用的，请联系政务服务办公室"),
            named=named,
        )


def limit(text: str, longest: int | None) -> str:
    """At most so many characters; a character outside the basic plane counts as one."""
    if longest and len(text) > longest:
        raise Fault(
            _("最多%(longest)d个字，现有%(length)d个，请删去%(over)d个"),
            longest=longest,
            length=len(text),
            over=len(text) - longest,
        )
    return text
