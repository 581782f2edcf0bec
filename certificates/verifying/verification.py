"""Verification against the database: is the code ours, and what holds now?

Signature first, then the record: what the code says must be, byte for byte, a version that we issued. The items' states
come from the live record, since what the code leads to prevails over the paper (R1.6, R1.24).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from certificates import check_character, code
from certificates.code import Forged, SignedCode, Unknown, looks_like_code
from certificates.coding.packing import Content
from certificates.issuing import CODE_LENGTH
from certificates.models import Licence, LicenceItem, LicenceVersion
from certificates.signers import seals
from certificates.signers.keys import verifying_keys
from certificates.status import ItemState, state_on
from certificates.verifying import standing
from certificates.verifying.reading import Scan, scan
from certificates.verifying.verdict import Answer, ItemView, Signature, Verdict, Warn, answer_of, without_code
from paper import sealed

_CODE = re.compile(rf"(?:https?://[^/\s]+/v/)?([0-9A-Za-z]{{{CODE_LENGTH}}})/?", re.ASCII)


def verify_file(data: bytes, *, at: datetime) -> Verdict:
    """A PDF, a picture of a code, or a text file. Raises Unreadable where there is nothing to verify."""
    return verify_scan(scan(data), at=at)


def verify_scan(found: Scan, *, at: datetime) -> Verdict:
    """What was read from a file; a PDF's seal is looked at, its bytes are compared with those we made. A licence's code
    carries its signature: one that is drawn without was not made by us, whatever licence it names."""
    look = sealed.look(found.pdf, seals.trusted()) if found.pdf else None
    if look and not found.text:
        return without_code(look, at)
    verdict = verify_text(found.text, at=at, sha256=found.sha256)
    if found.is_drawn and verdict.holds and verdict.signature is Signature.NOT_CHECKED:
        verdict = Verdict(Answer.FORGED, at, Signature.NOT_CHECKED, "unsigned")
    return verdict.beside_seal(look, seals_are_known=True) if look else verdict


def verify_text(text: str, *, at: datetime, sha256: str = "", site: str = "") -> Verdict:
    """A code's URL or digits; or, without proof, a licence number or the short code of its address.

    `site`: another name of ours, under which it was asked.
    """
    own = [settings.SITE_URL, *([site] if site else [])]
    return _verified(text.strip(), at, sha256).beside(text, own)


def _verified(text: str, at: datetime, sha256: str) -> Verdict:
    if len(text) <= code.MAX_TEXT and not looks_like_code(text) or (_CODE.fullmatch(text) and not text.isdigit()):
        return look_up(text, at=at)
    try:
        return verify_code(code.parse(text), at=at, sha256=sha256)
    except Forged as error:
        return Verdict(Answer.FORGED, at, Signature.BAD, error.reason)


def verify_code(signed: SignedCode, *, at: datetime, sha256: str = "") -> Verdict:
    """A parsed code. Raises Forged for a bad signature, and for good ones that the record does not bear out."""
    try:
        content = code.verify(signed, verifying_keys())
    except Unknown as error:
        return _unknown_key(signed, error.reason, at)
    licence = _licences().filter(number=content.number).first()
    if licence is None:
        return Verdict(Answer.UNKNOWN, at, Signature.GOOD, "not_on_record")
    versions = list(licence.versions.order_by("version"))
    shown = next((version for version in versions if version.version == content.version), None)
    if shown is None or bytes(shown.payload) != signed.raw:
        raise Forged("not_issued")
    if signed.code and signed.code != licence.code:
        raise Forged("address")
    warnings = _file_warnings(shown, sha256)
    return describe(licence, versions, at=at, shown=shown, signature=Signature.GOOD, warnings=warnings)


def _unknown_key(signed: SignedCode, reason: str, at: datetime) -> Verdict:
    """A key we never had: forged where it claims a licence that we did issue, else from somebody unknown."""
    claimed = code.claimed(signed)
    ours = Licence.objects.filter(number=claimed.number).exists() or Licence.objects.filter(code=signed.code).exists()
    if ours:
        raise Forged(reason)
    return Verdict(Answer.UNKNOWN, at, Signature.UNKNOWN_KEY, reason)


def look_up(text: str, *, at: datetime) -> Verdict:
    """A licence by its number, or by the short code or the address without digits: live, but nothing is proved."""
    licence = find(text)
    if licence is None:
        reason = "not_on_record" if check_character.fits(text) else "check_character"
        return Verdict(Answer.UNKNOWN, at, Signature.NOT_CHECKED, reason)
    versions = list(licence.versions.order_by("version"))
    warnings = [Warn.SIGNATURE_NOT_CHECKED]
    return describe(licence, versions, at=at, shown=None, signature=Signature.NOT_CHECKED, warnings=warnings)


def find(text: str) -> Licence | None:
    """The licence that a person means: number with whatever brackets and blanks, short code, address."""
    text = text.strip()
    if "\0" in text:
        return None  # PostgreSQL's texts cannot hold it
    by_code = _CODE.fullmatch(text)
    if by_code and (found := _licences().filter(code=by_code[1].upper()).first()):
        return found
    number, check = check_character.split(text)
    if check and check == check_character.of(number):
        return _licences().filter(number=number).first()
    return _licences().filter(number=check_character.tidy(text)).first()


def claims(text: str) -> tuple[Content | None, Licence | None]:
    """What a refused code says of itself, which proves nothing, and the licence of ours whose number or address it bears."""
    try:
        signed = code.parse(text.strip())
    except Forged:
        return None, find(text[: code.MAX_TEXT].partition("#")[0])
    try:
        content = code.claimed(signed)
    except Forged:
        content = None
    own = _licences().filter(number=content.number).first() if content else None
    return content, own or (_licences().filter(code=signed.code).first() if signed.code else None)


def _licences() -> Any:
    return Licence.objects.select_related("case")


def describe(
    licence: Licence,
    versions: list[LicenceVersion],
    *,
    at: datetime,
    shown: LicenceVersion | None,
    signature: Signature,
    warnings: Iterable[Warn] = (),
) -> Verdict:
    """What holds at a moment: now by the live rows, earlier by the version that counted then. `shown`: the paper's."""
    counting = [version for version in versions if version.at <= at]
    newest = (counting or versions)[-1]
    live = newest is versions[-1]
    items = tuple(_items(licence, newest, live=live, on=timezone.localtime(at).date()))
    notes = list(warnings)
    if shown is not None and shown.version < newest.version:
        notes.append(Warn.OLDER_VERSION)
    answer = answer_of(item.state for item in items)
    if not counting:
        answer = Answer.NOT_VALID
        notes.append(Warn.NOT_YET_ISSUED)
    return Verdict(
        answer=answer,
        as_of=at,
        signature=signature,
        number=licence.number,
        code=licence.code,
        version=(shown or newest).version,
        newest_version=newest.version,
        holder=newest.facts["holder"],
        issued_at=(shown or newest).at,
        items=items,
        warnings=tuple(notes),
    )


def _items(licence: Licence, version: LicenceVersion, *, live: bool, on: date) -> Iterable[ItemView]:
    """Items of the version; live ones with the state and the dates of their rows."""
    rows: Mapping[int, LicenceItem] = {}
    if live:
        rows = {row.position: row for row in licence.items.all()}
    stand = standing.on_day(rows.values(), on)
    for frozen in version.facts["items"]:
        if row := rows.get(frozen["position"]):
            yield item_view(frozen, stand[row.pk].state, row.valid_from, stand[row.pk].valid_to)
            continue
        begin = date.fromisoformat(frozen["valid_from"])
        end = date.fromisoformat(frozen["valid_to"]) if frozen["valid_to"] else None
        yield item_view(frozen, state_on(frozen["state"], begin, end, on), begin, end)


def item_view(frozen: Mapping[str, Any], state: ItemState, begin: date, end: date | None) -> ItemView:
    """An item's frozen facts with its state and term."""
    return ItemView(
        position=frozen["position"],
        matter=frozen["matter"],
        name=frozen["name"],
        state=state,
        department=frozen["department"],
        department_name=frozen["department_name"],
        number=frozen["number"],
        valid_from=begin,
        valid_to=end,
        scope=frozen["scope"],
        filing=frozen["filing"],
        hotline=frozen["hotline"],
        remedies=frozen["remedies"],
    )


def _file_warnings(version: LicenceVersion, sha256: str) -> list[Warn]:
    if not sha256 or not version.sha256 or sha256 == version.sha256:
        return []
    return [Warn.FILE_CHANGED]
