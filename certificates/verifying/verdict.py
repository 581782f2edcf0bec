"""The answer to "does this licence hold?": one shape, whether asked online or offline, by a page, a command or the API. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from certificates.code import BLANKS, MAX_TEXT
from certificates.status import ItemState, LicenceState, licence_state
from paper.sealed import Found, State

_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#\\ \t\n\r\f\v]+)")


class Answer(StrEnum):
    """The verdict in one word (contract §2)."""

    VALID = "valid"
    PARTLY_VALID = "partly_valid"
    NOT_VALID = "not_valid"
    FORGED = "forged"
    UNKNOWN = "unknown"


class Signature(StrEnum):
    """What is known of the code's signature. A number typed by hand has none."""

    GOOD = "valid"
    BAD = "forged"
    UNKNOWN_KEY = "unknown_key"
    NOT_CHECKED = "not_checked"


class Warn(StrEnum):
    """What somebody who looks at the paper should know beside the verdict."""

    OLDER_VERSION = "older_version"
    SIGNATURE_NOT_CHECKED = "signature_not_checked"
    OTHER_ADDRESS = "other_address"
    FILE_CHANGED = "file_changed"
    LIST_STALE = "list_stale"
    NOT_IN_LIST = "not_in_list"
    NOT_YET_ISSUED = "not_yet_issued"
    NOT_SEALED = "not_sealed"
    SEAL_NOT_CHECKED = "seal_not_checked"


@dataclass(frozen=True, slots=True)
class ItemView:
    """A permit as of the asked moment. `number` is whole online; offline the code knows only its last digits."""

    position: int
    matter: str
    name: str
    state: ItemState
    department: str
    department_name: str
    number: str
    valid_from: date
    valid_to: date | None
    scope: str = ""
    filing: bool = False
    hotline: str = ""
    remedies: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values, days as ISO texts."""
        return {
            "position": self.position,
            "name": self.name,
            "state": str(self.state),
            "department": self.department,
            "department_name": self.department_name,
            "number": self.number,
            "scope": self.scope,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "hotline": self.hotline,
            "remedies": dict(self.remedies),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds as of a moment. For `forged` and `unknown` nothing of the code is repeated: it proves nothing."""

    answer: Answer
    as_of: datetime
    signature: Signature = Signature.NOT_CHECKED
    reason: str = ""
    number: str = ""
    code: str = ""
    version: int | None = None
    newest_version: int | None = None
    holder: Mapping[str, Any] = field(default_factory=dict)
    issued_at: datetime | None = None
    items: tuple[ItemView, ...] = ()
    warnings: tuple[Warn, ...] = ()
    seal: Found | None = None
    """What was found of a PDF's seal; None for what is no PDF."""
    foreign_host: str = ""
    """Where a code leads that is not our page: true permits may be printed under an address that is a trap."""

    def beside(self, text: str, sites: Iterable[str]) -> "Verdict":
        """The verdict with the warning, where the verified text is an address that is none of these sites' pages."""
        host = foreign_host(text, sites)
        return replace(self, warnings=(*self.warnings, Warn.OTHER_ADDRESS), foreign_host=host) if host else self

    def beside_seal(self, found: Found, *, seals_are_known: bool) -> "Verdict":
        """The verdict on a PDF with this seal. One that was changed or added to since, or that others sealed, proves nothing,
        whatever true code is drawn on it; one without a seal is a copy, for which the code alone speaks."""
        told = replace(self, seal=found)
        if self.answer in (Answer.FORGED, Answer.UNKNOWN):
            return told
        if found.state is State.GOOD:
            return replace(told, warnings=tuple(one for one in self.warnings if one is not Warn.FILE_CHANGED))
        if found.state is State.NONE:
            return replace(told, warnings=(*self.warnings, Warn.NOT_SEALED))
        if found.state is State.FOREIGN and not seals_are_known:
            return replace(told, warnings=(*self.warnings, Warn.SEAL_NOT_CHECKED))
        return Verdict(Answer.FORGED, self.as_of, self.signature, f"paper_{found.state}", seal=found)

    @property
    def holds(self) -> bool:
        """Whether at least one permit of the licence is valid."""
        return self.answer in (Answer.VALID, Answer.PARTLY_VALID)

    def as_json(self) -> dict[str, Any]:
        """Plain values; items by matter, as in a rehearsal's result. `paper`: a PDF's seal."""
        return self._paper() | {
            "verdict": str(self.answer),
            "as_of": self.as_of.isoformat(timespec="seconds"),
            "signature": str(self.signature),
            "reason": self.reason,
            "number": self.number or None,
            "code": self.code or None,
            "version": self.version,
            "newest_version": self.newest_version,
            "holder": dict(self.holder),
            "issued_at": self.issued_at.isoformat(timespec="seconds") if self.issued_at else None,
            "items": {item.matter: item.as_json() for item in self.items},
            "foreign_host": self.foreign_host or None,
            "warnings": [str(warning) for warning in self.warnings],
        }

    def _paper(self) -> dict[str, Any]:
        if self.seal is None:
            return {}
        at = self.seal.at.isoformat(timespec="seconds") if self.seal.at else None
        return {"paper": {"seal": str(self.seal.state), "sealed_by": self.seal.holder or None, "sealed_at": at}}


def without_code(found: Found, at: datetime) -> Verdict:
    """The verdict on a sealed PDF that was changed so much that its code is gone."""
    return Verdict(Answer.FORGED, at, Signature.NOT_CHECKED, f"paper_{found.state}", seal=found)


def answer_of(states: Iterable[ItemState]) -> Answer:
    """The verdict on items that are what they claim to be; a cancelled licence is not valid."""
    state = licence_state(states)
    return Answer.NOT_VALID if state is LicenceState.CANCELLED else Answer(state.value)


def foreign_host(text: str, sites: Iterable[str]) -> str:
    """The host that a code's address names, "" where it is a verification page of one of these sites, or no address."""
    text = text[:MAX_TEXT].strip(BLANKS)
    if "://" not in text or any(text.startswith(f"{site}/v/") for site in sites):
        return ""
    named = _HOST.match(text)
    return (named[1].rpartition("@")[2][:100] if named else "") or "?"
