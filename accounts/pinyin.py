"""Names as people type them without Chinese signs."""

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# The district's own name is read cháng; the package's guess for the single sign is zhǎng, and it would see a 市长 in 上海市长宁区.
load_phrases_dict({"长宁": [["cháng"], ["níng"]], "上海市": [["shàng"], ["hǎi"], ["shì"]]})


def pinyin_of(name: str) -> tuple[str, str]:
    """A name as people type it without Chinese signs: its syllables and their first letters, in small letters."""

    def other(text: str) -> str:
        return "".join(sign for sign in text.lower() if sign.isalnum())

    syllables = lazy_pinyin(name, errors=other)
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=other)
    return "".join(syllables)[:200], "".join(initials)[:60]
