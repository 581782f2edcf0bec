"""Codes that we signed, each with the verdict that is due: what must be accepted, and what a good code may yet say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from certificates import check_character, code
from certificates.coding.packing import CodeItem
from certificates.status import ItemState
from tests.vectors.issuer import AT, CHINESE, EDWARDS, ISSUED, MAIN, RETIRED, SITE, Case, licence, url, with_items

NUMBER = licence().number


def cases() -> Iterator[Case]:
    """All of them."""
    yield from accepted()
    yield from states()
    yield from printed()
    yield from written()


def accepted() -> Iterator[Case]:
    """Plain licences, small and large, by each algorithm."""
    for items in (1, 2, 6, 12):
        yield Case(f"{items} items", url(code.seal(licence(items), MAIN)), "valid")
    yield Case("EdDSA", url(code.seal(licence(6), EDWARDS)), "valid")
    yield Case("SM2", url(code.seal(licence(6), CHINESE)), "valid")
    early = replace(licence(), issued_at=datetime(2026, 1, 10, tzinfo=UTC))
    yield Case("signed before its key was retired", url(code.seal(early, RETIRED)), "valid")
    yield Case("clock ten minutes slow", url(code.seal(licence(), MAIN)), "valid", at=ISSUED - timedelta(minutes=10))


def states() -> Iterator[Case]:
    """What the dates, the status list and the code itself say of the items."""
    raw = code.seal(licence(), MAIN)
    yield Case(
        "last valid day", url(raw), "valid", at=datetime(2031, 2, 25, 15, 59, tzinfo=UTC), warnings=("list_stale",)
    )
    yield Case("a day later", url(raw), "not_valid", at=datetime(2031, 2, 25, 16, tzinfo=UTC), warnings=("list_stale",))
    later = with_items(licence(), valid_from=date(2026, 3, 3))
    yield Case("not begun", url(code.seal(later, MAIN)), "not_valid")
    endless = with_items(licence(), valid_to=None)
    yield Case("without end", url(code.seal(endless, MAIN)), "valid")
    yield Case("one suspended by the list", url(code.seal(licence(seat=201), MAIN)), "partly_valid")
    yield Case("older version", url(code.seal(licence(seat=202), MAIN)), "partly_valid", warnings=("older_version",))
    yield Case("newest version", url(code.seal(licence(seat=202, version=2), MAIN)), "partly_valid")
    held = with_items(licence(seat=203, version=2), state=ItemState.SUSPENDED)
    yield Case("reinstated since", url(code.seal(held, MAIN)), "valid", warnings=("older_version",))
    yield Case("every state", url(code.seal(licence(7, seat=204), MAIN)), "partly_valid")
    yield Case("cancelled", url(code.seal(licence(seat=205), MAIN)), "not_valid")
    yield Case("stale list", url(raw), "valid", at=AT + timedelta(hours=24), warnings=("list_stale",))
    yield Case("after the list", url(code.seal(licence(seat=100_001), MAIN)), "valid", warnings=("not_in_list",))
    newer = with_items(licence(version=4, seat=201), state=ItemState.WITHDRAWN)
    yield Case("newer than the list", url(code.seal(newer, MAIN)), "not_valid", warnings=("not_in_list",))


def printed() -> Iterator[Case]:
    """What does not fit the short forms stands in the code as it is."""
    odd = CodeItem(3, "m_new_matter", "dept_new", date(2025, 1, 1), date(2027, 1, 1), None)
    moved = CodeItem(4, "m_tobacco", "dept_police", date(2026, 3, 1), None, 999_999)
    yield Case("matter without a number", url(code.seal(replace(licence(), items=(odd, moved)), MAIN)), "valid")
    yield Case("an id that objects have", url(code.seal(with_items(licence(1), matter="constructor"), MAIN)), "valid")
    for name, uscc in (("masked", "310105199001****34"), ("short", "31010500123"), ("none", "")):
        yield Case(f"credit code: {name}", url(code.seal(licence(uscc=uscc), MAIN)), "valid")
    yield Case("a rare name", url(code.seal(licence(holder="上海\U00021484\U0002b689便利店"), MAIN)), "valid")
    yield Case("a longest name", url(code.seal(licence(1, holder="\U00021484" * 85), MAIN)), "valid")
    yield Case("tall seat", url(code.seal(licence(seat=2**48 - 1), MAIN)), "valid", warnings=("not_in_list",))


def written() -> Iterator[Case]:
    """Ways to hand the same code over, and what is no code."""
    raw = code.seal(licence(), MAIN)
    yield Case("digits alone", code.to_digits(raw), "valid")
    yield Case("blanks around it", f" \t\r\n{url(raw)}\f\v ", "valid")
    yield Case("a slash before the digits", url(raw).replace("#", "/#"), "valid")
    for name, site in (
        ("another host", "https://evil.example"),
        ("a name before the host", f"{SITE}@evil.example:8443"),
        ("without encryption", SITE.replace("https", "http")),
        ("a host that begins like ours", f"{SITE}.evil.example"),
    ):
        yield Case(name, url(raw, site=site), "valid", warnings=("other_address",))
    for name, text in (("number", NUMBER), ("nothing", ""), ("short code", "7KQ2M4XWZD"), ("39 digits", "1" * 39)):
        yield Case(f"typed: {name}", text, "unknown", "number_only")
    check = check_character.of(NUMBER)
    for text in (f"{NUMBER}{check}", f"{NUMBER} 校验码 {check}", f"{NUMBER}校验码：{check.lower()}"):
        yield Case(f"typed: {text}", text, "unknown", "number_only")
    yield Case("typed: wrong check character", f"{NUMBER} 校验码 0", "unknown", "check_character")
    yield Case("typed: wrong number", f"{NUMBER.replace('3', '8')}{check}", "unknown", "check_character")
