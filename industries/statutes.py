"""How papers name the law: a statute in its brackets, an article or a number behind it, a document by its number. Pure.

cited("中华人民共和国消防法第十五条")  # 《中华人民共和国消防法》第十五条
"""

import re

NAMED = re.compile(r"^([^〔《]*?(?:法|条例|细则|办法|规定|公告|决定)(?:\(试行\))?)((?:第|\().*)?$")
"""A name that ends as statutes do, and what follows it: an article, or a number in brackets."""
WIDE = str.maketrans({"(": "（", ")": "）", ",": "，"})


def cited(text: str) -> str:
    """A legal basis of the catalogue as a paper names it; what is no statute's name stays as it is, in Chinese signs."""
    found = NAMED.match(text)
    if found is None:
        return text.translate(WIDE)
    name, rest = found.groups()
    return f"《{name.translate(WIDE)}》{(rest or '').translate(WIDE)}"


def listed(texts: tuple[str, ...]) -> str:
    """Several of them in a row."""
    return "、".join(cited(text) for text in texts)
