"""Verification from published files alone: `keys.json` (keys, names, remedies) and `status.cbor` (the signed status list).

Nothing here asks the database or the network. Whoever verifies trusts the keys they fetched once, not the page they were
led to. Pure but for reading the two files.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from certificates import check_character, code
from certificates.code import Forged, Unknown
from certificates.coding import status_list
from certificates.coding.packing import CodeItem, Content
from certificates.coding.status_list import CHINA, Entry, StatusList
from certificates.signers.signing import VerifyingKey
from certificates.status import ItemState, state_on
from certificates.verifying.reading import Scan
from certificates.verifying.verdict import Answer, ItemView, Signature, Verdict, Warn, answer_of, without_code
from paper import sealed
from paper.sealed import der_of_pem

KEYS_FILE, STATUS_FILE = "keys.json", "status.cbor"
NOT_A_RING = (ValueError, KeyError, TypeError, AttributeError)


class BadPublication(ValueError):
    """The folder does not hold what `publish_status` writes. The message says which file and why."""


@dataclass(frozen=True)
class Ring:
    """What keys.json says: the site, its keys by id, names of departments and matters."""

    site: str
    keys: Mapping[bytes, VerifyingKey]
    departments: Mapping[str, Mapping[str, Any]]
    matters: Mapping[str, Mapping[str, Any]]
    seals: tuple[bytes, ...] = field(default=(), kw_only=True)
    """Certificates (DER) that seal papers; none where the file is of a release that had no seals."""

    def with_list(self, statuses: StatusList) -> "Published":
        """The ring with a status list that one of its keys signed."""
        return Published(self.site, self.keys, self.departments, self.matters, statuses, seals=self.seals)


@dataclass(frozen=True)
class Published(Ring):
    """All that verification needs; the status list's signature is proved."""

    statuses: StatusList


def load(folder: Path) -> Published:
    """The two files of a folder. Raises BadPublication."""
    try:
        found = ring((folder / KEYS_FILE).read_text(encoding="utf-8"))
    except (OSError, *NOT_A_RING) as error:
        raise BadPublication(f"{folder / KEYS_FILE}: {error}") from error
    try:
        return found.with_list(status_list.unseal((folder / STATUS_FILE).read_bytes(), found.keys))
    except (OSError, code.Refused) as error:
        raise BadPublication(f"{folder / STATUS_FILE}: {error}") from error


def renew(held: Published, status_file: bytes, keys_text: str | None = None) -> Published:
    """A newer list, and the keys published with it, in the place of those held. Raises Refused where they are not to be trusted.

    The list must be signed with a key that is held; it vouches for the new keys. So whoever took the keys once from a source
    that they trust may fetch all else from any cache. An older list than the held one is refused: somebody sends it again.
    """
    statuses = status_list.unseal(status_file, held.keys)
    if statuses.as_of < held.statuses.as_of:
        raise Forged("replayed")
    if keys_text is None:
        return held.with_list(statuses)
    if hashlib.sha256(keys_text.encode()).digest() != statuses.keys_hash:
        raise Forged("keys")
    found = _ring_or_forged(keys_text)
    return found.with_list(status_list.unseal(status_file, found.keys))


def _ring_or_forged(text: str) -> Ring:
    try:
        return ring(text)
    except NOT_A_RING as error:
        raise Forged("keys") from error


def ring(text: str) -> Ring:
    """What a keys.json says. Raises ValueError, KeyError, TypeError or AttributeError where it is none."""
    document = json.loads(text)
    keys = {key.kid: key for key in map(_key, document["keys"])}
    sealing = tuple(der_of_pem(str(row["pem"])) for row in document.get("seals", ()))
    return Ring(document["site"], keys, dict(document["departments"]), dict(document["matters"]), seals=sealing)


def _key(row: Mapping[str, Any]) -> VerifyingKey:
    retired = row["retired_at"]
    return VerifyingKey.from_pem(
        str(row["pem"]),
        algorithm=str(row["algorithm"]),
        valid_from=datetime.fromisoformat(str(row["valid_from"])),
        retired_at=datetime.fromisoformat(retired) if retired else None,
        leaked=row.get("leaked") is True,
    )


def verify_scan(found: Scan, *, at: datetime, published: Published) -> Verdict:
    """What was read from a file; a PDF's seal is looked at."""
    look = sealed.look(found.pdf, published.seals) if found.pdf else None
    if look and not found.text:
        return without_code(look, published.statuses.as_of)
    verdict = verify_text(found.text, at=at, published=published)
    return verdict.beside_seal(look, seals_are_known=bool(published.seals)) if look else verdict


def verify_text(text: str, *, at: datetime, published: Published) -> Verdict:
    """A code's URL or digits, by the published keys and list. A mere number cannot be verified offline: unknown."""
    return _verified(text, at, published).beside(text, [published.site])


def _verified(text: str, at: datetime, published: Published) -> Verdict:
    if len(text) <= code.MAX_TEXT and not code.looks_like_code(text):
        reason = "number_only" if check_character.fits(text) else "check_character"
        return Verdict(Answer.UNKNOWN, published.statuses.as_of, Signature.NOT_CHECKED, reason)
    try:
        signed = code.parse(text)
        content = code.verify(signed, published.keys)
        code.check_moment(content, at)
    except Unknown as error:
        return Verdict(Answer.UNKNOWN, published.statuses.as_of, Signature.UNKNOWN_KEY, error.reason)
    except Forged as error:
        return Verdict(Answer.FORGED, published.statuses.as_of, Signature.BAD, error.reason)
    return _describe(content, signed.code, at, published)


def _describe(content: Content, short: str, at: datetime, published: Published) -> Verdict:
    entry = _entry(content, published.statuses)
    items = tuple(_items(content, entry, at, published))
    newest = entry.newest if entry else content.version
    return Verdict(
        answer=answer_of(item.state for item in items),
        as_of=published.statuses.as_of,
        signature=Signature.GOOD,
        number=content.number,
        code=short,
        version=content.version,
        newest_version=newest,
        holder={"name": content.holder, "uscc": content.uscc},
        issued_at=content.issued_at,
        items=items,
        warnings=tuple(_warnings(content, entry, at, published)),
    )


def _entry(content: Content, statuses: StatusList) -> Entry | None:
    """What the list says of the licence; None where the code was issued after the list.

    What it says is whole: an item that it does not name is valid, whatever an older code has printed.
    """
    entry = statuses.entries.get(content.seat, Entry(newest=1))
    return None if content.seat > statuses.last_seat or content.version > entry.newest else entry


def _items(content: Content, entry: Entry | None, at: datetime, published: Published) -> Iterable[ItemView]:
    on = at.astimezone(CHINA).date()
    for item in content.items:
        department = published.departments.get(item.department, {})
        state = entry.states.get(item.position, ItemState.VALID) if entry else item.state
        yield ItemView(
            position=item.position,
            matter=item.matter,
            name=published.matters.get(item.matter, {}).get("name", item.matter),
            state=state_on(state, item.valid_from, item.valid_to, on),
            department=item.department,
            department_name=department.get("name", item.department),
            number=_tail(item),
            valid_from=item.valid_from,
            valid_to=item.valid_to,
            hotline=department.get("hotline", ""),
            remedies=department.get("remedies", {}),
        )


def _tail(item: CodeItem) -> str:
    """The end of the permit's number, to compare with the paper."""
    return "" if item.tail is None else f"…{item.tail:06d}"


def _warnings(content: Content, entry: Entry | None, at: datetime, published: Published) -> Iterable[Warn]:
    if entry and content.version < entry.newest:
        yield Warn.OLDER_VERSION
    if at.astimezone(UTC) > published.statuses.expires:
        yield Warn.LIST_STALE
    if entry is None:
        yield Warn.NOT_IN_LIST
