"""The licence's paper: A4 landscape, drawn from a version's frozen facts alone, so that the same version gives the same bytes.

The sealed file begins with those bytes; behind them stand the seal's signature and its picture, which no second time are the same.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from certificates import check_character, code, elicence
from certificates.files import one_writer, replace_file
from certificates.models import LicenceVersion
from certificates.signers import seals
from certificates.status import ItemState, licence_state
from paper import qr
from paper.pdf import SEALED, Enclosure, render_pdf
from paper.sealing import Place, seal
from permits.models import Document

TEMPLATE, SEAL_TEMPLATE = "paper/licence.html", "paper/seal.html"
DATA_FILE = "licence.json"
SEAL_PLACE = Place(left=237.0, bottom=20.5, side=38.0, name="电子印章")
"""Where the page leaves room for it."""
FOLDER = "licences"
CODE_MM, MODULE_MM, GAP_MM = 32.0, 0.41, 4.0
SCALE = 4
ITEMS_PER_PAGE = 8
ROOM_MM = 75.0
"""Height for the rows of a page; a holder whose name or address takes more lines leaves less."""

COLUMNS_MM = {"name": 49.0, "scope": 49.0, "number": 64.0, "department_short": 31.0}
SUSPENDED_MM = 7.8
"""Two lines in the column of terms."""
HOLDER_MM, HOLDER_LINE_MM, HOLDER_SIGN_MM = {"name": 72.0, "address": 200.0}, 5.6, 4.3
MM_PER_POINT = 0.3528
STATES_SAID: Mapping[str, str] = {
    "suspended": "暂扣",
    "expired": "已过期",
    "withdrawn": "已撤回",
    "revoked": "已撤销",
    "revoked_as_penalty": "已吊销",
    "cancelled": "已注销",
}
"""What stands in the place of the last day of a permit that does not hold; papers are Chinese in every session."""

LONGEST_SCOPE = 150
"""Signs; a longer scope is printed with a reference to the page behind the code, which has all of it."""

FACE = {
    "title": "行业综合许可证",
    "force": "扫码核验：以二维码加载的许可信息为准，与纸质单项许可证具有同等证明力。",
    "hint": "提示：本证集成所列各项许可，不改变各项许可的审批部门、法律效力和有效期；其中一项失效，不影响其他各项。"
    "请悬挂于经营场所显著位置。",
}
"""What versions say that were issued before their wording was frozen with them."""


@dataclass(frozen=True)
class Setting:
    """How generously rows are set: type size (points), height of a line and of what is between two rows (mm)."""

    name: str
    points: float
    line: float
    between: float


SETTINGS = (Setting("roomy", 11, 5.05, 4.1), Setting("normal", 10, 4.6, 2.7), Setting("tight", 9, 3.85, 1.85))


@dataclass(frozen=True)
class Page:
    """One side of paper: its items, and how much room each may take."""

    items: Sequence[Mapping[str, Any]]
    number: int
    of: int
    setting: str


def code_text(version: LicenceVersion) -> str:
    """The text of the version's code: the address with the signed digits behind it."""
    return code.to_url(settings.SITE_URL, version.facts["code"], bytes(version.payload))


def code_picture(version: LicenceVersion) -> tuple[str, float]:
    """The code as a picture, and its side in millimetres with the quiet zone: at least 32, at least 0.41 a module."""
    address, _, digits = code_text(version).partition("#")
    picture = qr.png(segments=[("byte", f"{address}#"), ("numeric", digits)], scale=SCALE)
    modules = int.from_bytes(picture[16:20], "big") // SCALE
    return "data:image/png;base64," + base64.b64encode(picture).decode(), max(CODE_MM, round(MODULE_MM * modules, 1))


def pages_of(items: Sequence[Mapping[str, Any]], *, room: float = ROOM_MM) -> list[Page]:
    """Eight items a page, fewer where their texts run over many lines; the others go to continuation pages (附页)."""
    pages: list[list[Mapping[str, Any]]] = [[]]
    for item in items:
        if pages[-1] and (len(pages[-1]) == ITEMS_PER_PAGE or height_of([*pages[-1], item], SETTINGS[-1]) > room):
            pages.append([])
        pages[-1].append(item)
    return [Page(page, number, len(pages), _setting(page, room)) for number, page in enumerate(pages, 1)]


def height_of(items: Sequence[Mapping[str, Any]], setting: Setting) -> float:
    """The height of rows in millimetres, reckoned a little too high."""
    return sum(setting.between + _height(item, setting) for item in items)


def _height(item: Mapping[str, Any], setting: Setting) -> float:
    """The height of the item's highest cell; a suspended one says so above its term."""
    sign = setting.points * MM_PER_POINT
    lines = max(lines_on(item[column], width, sign) for column, width in COLUMNS_MM.items())
    return max(setting.line * lines, SUSPENDED_MM if item["state"] == ItemState.SUSPENDED else 0.0)


def lines_on(text: str, width: float, sign: float) -> int:
    """How many lines a text takes; Latin signs are little more than half as wide as Chinese ones (both in mm)."""
    needed = sum(1.0 if ord(character) > 0x2000 else 0.6 for character in text)
    return max(1, ceil(needed / int(width / sign)))


def _setting(items: Sequence[Mapping[str, Any]], room: float) -> str:
    """The most generous setting in which the rows fit."""
    return next((setting.name for setting in SETTINGS if height_of(items, setting) <= room), SETTINGS[-1].name)


def room_beside(holder: Mapping[str, Any]) -> float:
    """What a holder's name and address leave for the rows."""
    lines = sum(lines_on(holder[key], width, HOLDER_SIGN_MM) - 1 for key, width in HOLDER_MM.items())
    return ROOM_MM - lines * HOLDER_LINE_MM


def texts_of(version: LicenceVersion) -> dict[str, Any]:
    """What the paper and its page say: the facts, dates as dates, the check character."""
    facts = version.facts
    return {
        "facts": facts,
        "face": facts.get("face") or FACE,
        "check_character": check_character.of(facts["number"]),
        "items": [_dated(item) for item in facts["items"]],
        "issued_on": date.fromisoformat(facts["issued_on"]),
        "version_on": timezone.localtime(datetime.fromisoformat(facts["at"])).date(),
    }


def context_of(version: LicenceVersion, copy: int = 0) -> dict[str, Any]:
    """What the template needs: the texts, the pages, the code; `copy`: which copy (副本) it is."""
    facts = version.facts
    picture, side = code_picture(version)
    return texts_of(version) | {
        "copy": copy,
        "pages": pages_of([_printable(item) for item in facts["items"]], room=room_beside(facts["holder"])),
        "code_picture": picture,
        "code_side": side,
        "words_left": side + GAP_MM,
        "address": f"{settings.SITE_URL}/v/{facts['code']}",
        "fingerprint": hashlib.sha256(bytes(version.payload)).hexdigest()[:8],
    }


def _dated(item: Mapping[str, Any]) -> dict[str, Any]:
    begin, end = item["valid_from"], item["valid_to"]
    return {**item, "valid_from": date.fromisoformat(begin), "valid_to": date.fromisoformat(end) if end else None}


def _printable(item: Mapping[str, Any]) -> dict[str, Any]:
    scope = item["scope"]
    if len(scope) > LONGEST_SCOPE:
        scope = f"{scope[:LONGEST_SCOPE]}……（全文以扫码加载的信息为准）"
    return _dated({**item, "scope": scope, "said": STATES_SAID.get(item["state"], "")})


def data_of(version: LicenceVersion) -> dict[str, Any]:
    """What the paper says, for machines: the facts, the code's text, the numbers of states and operation (R4.2)."""
    facts = version.facts
    items = [item | {"state_number": elicence.STATES[ItemState(item["state"])]} for item in facts["items"]]
    return {
        **facts,
        "items": items,
        "state_number": elicence.LICENCE_STATES[licence_state(item["state"] for item in items)],
        "operation_number": elicence.operation(version.reason),
        "code_text": code_text(version),
    }


def render(version: LicenceVersion, *, copy: int = 0) -> bytes:
    """The PDF before it is sealed; the same bytes every time. A copy bears its number beside the title."""
    data = json.dumps(data_of(version), ensure_ascii=False, indent=1, sort_keys=True).encode()
    enclosed = Enclosure(DATA_FILE, data, "证照数据", datetime.fromisoformat(version.facts["at"]))
    return render_pdf(TEMPLATE, context_of(version, copy), enclosures=[enclosed], variant=SEALED)


def with_seal(pdf: bytes, version: LicenceVersion, *, at: datetime) -> bytes:
    """The drawn paper with the seal on it. Raises RuleViolation where there is no seal, or its server is away."""
    picture = _seal_picture(version.facts["seal"], is_specimen=bool(version.facts["specimen"]))
    return seal(pdf, seals.current(), place=SEAL_PLACE, picture=picture, at=at)


@lru_cache(maxsize=8)
def _seal_picture(text: str, *, is_specimen: bool) -> bytes:
    """The seal as a page of its own. No seal of an authority is imitated: a circle, the words."""
    return render_pdf(SEAL_TEMPLATE, {"seal": text, "specimen": is_specimen, "side": SEAL_PLACE.side}, tags=False)


def store(version: LicenceVersion, *, at: datetime) -> bytes:
    """Make the paper, seal it, keep it as a file, note its hashes. Doing it twice leaves one file, and the hash of that one."""
    drawn = render(version)
    pdf = with_seal(drawn, version, at=at)
    name = f"{FOLDER}/{version.facts['code']}-{version.version}.pdf"
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    noted = {"file": name, "sha256": hashlib.sha256(pdf).hexdigest(), "rendered_at": at}
    with one_writer(Path(settings.MEDIA_ROOT)):
        replace_file(path, pdf)
        LicenceVersion.objects.filter(pk=version.pk).update(**noted, drawn_sha256=hashlib.sha256(drawn).hexdigest())
        Document.objects.filter(number=version.facts["number"], version=version.version).update(**noted)
    return pdf


def pdf_of(version: LicenceVersion, *, at: datetime) -> bytes:
    """The stored paper; made now where the outbox has not come to it, or where the file is not what was stored."""
    if version.file:
        path = Path(settings.MEDIA_ROOT) / version.file
        stored = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(stored).hexdigest() == version.sha256:
            return stored
    return store(version, at=at)
