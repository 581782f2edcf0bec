"""The made-up site of the vectors: its keys, its published files, and licences of every kind."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificates import code
from certificates.coding import status_list
from certificates.coding.code_table import DEPARTMENTS, MATTERS, USUAL_DEPARTMENT
from certificates.coding.packing import CodeItem, Content
from certificates.coding.status_list import CHINA, Entry, StatusList
from certificates.signers import sm2
from certificates.signers.signing import ALGORITHMS, SM2, KeySigner, PrivateKey, kid_of, pem_of
from certificates.status import ItemState

SITE = "https://yyyz.example.gov.cn"
AT = datetime(2026, 3, 2, 10, tzinfo=CHINA)
ISSUED = datetime(2026, 2, 26, 7, tzinfo=UTC)
AS_OF = datetime(2026, 3, 2, 9, 30, tzinfo=CHINA)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class FixedSigner(KeySigner):
    """Signs the same message with the same bytes every time (RFC 6979), so that vectors can be made again."""

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return super().sign(message)
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


@dataclass(frozen=True)
class Sm2Signer:
    """SM2 in plain arithmetic, with a fixed secret number for each message: good for vectors and for nothing else."""

    secret: int

    @property
    def public(self) -> sm2.PublicKey:
        point = sm2.sum_of(self.secret, sm2.BASE, 0, sm2.BASE)
        assert point
        return sm2.PublicKey(*point)

    @property
    def kid(self) -> bytes:
        return kid_of(self.public)

    @property
    def algorithm(self) -> int:
        return SM2

    def sign(self, message: bytes) -> bytes:
        digest = self.public.digest(message)
        number = int.from_bytes(hashlib.sha512(message + self.secret.to_bytes(32, "big")).digest(), "big") % sm2.ORDER
        point = sm2.sum_of(number, sm2.BASE, 0, sm2.BASE)
        assert point
        r = (digest + point[0]) % sm2.ORDER
        s = pow(1 + self.secret, -1, sm2.ORDER) * (number - r * self.secret) % sm2.ORDER
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


VectorSigner = FixedSigner | Sm2Signer


def made(word: str, algorithm: str = "ES256") -> FixedSigner:
    """A signer whose key is derived from a word."""
    seed = hashlib.sha256(f"One Licence vectors: {word}".encode()).digest()
    private: PrivateKey = (
        ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        if algorithm == "EdDSA"
        else ec.derive_private_key(int.from_bytes(seed, "big"), ec.SECP256R1())
    )
    return FixedSigner(private)


MAIN, EDWARDS = made("main"), made("edwards", "EdDSA")
CHINESE = Sm2Signer(int.from_bytes(hashlib.sha256(b"One Licence vectors: chinese").digest(), "big") % sm2.ORDER)
RETIRED, COMING, STRANGER, LEAKED = made("retired"), made("coming"), made("stranger"), made("leaked")
KEY_TIMES: dict[VectorSigner, tuple[str, str | None]] = {
    MAIN: ("2026-01-01T00:00:00+08:00", None),
    EDWARDS: ("2026-01-01T00:00:00+08:00", None),
    CHINESE: ("2026-01-01T00:00:00+08:00", None),
    RETIRED: ("2025-01-01T00:00:00+08:00", "2026-01-15T00:00:00+08:00"),
    COMING: ("2027-01-01T00:00:00+08:00", None),
    LEAKED: ("2026-01-01T00:00:00+08:00", "2026-02-28T00:00:00+08:00"),
}


def key_row(signer: VectorSigner) -> dict[str, Any]:
    """The key's line in keys.json."""
    public = signer.public if isinstance(signer, Sm2Signer) else signer.private.public_key()
    begin, end = KEY_TIMES.get(signer, ("", None))
    algorithm = next(name for name, number in ALGORITHMS.items() if number == signer.algorithm)
    return {
        "kid": signer.kid.hex(),
        "algorithm": algorithm,
        "pem": pem_of(public),
        "valid_from": begin,
        "retired_at": end,
        "leaked": signer is LEAKED,
    }


def keys_document() -> dict[str, Any]:
    """keys.json as `certificates.publication` writes it."""
    remedies = {"reconsideration": {"body": "上海市长宁区人民政府", "days": 60}}
    names = {"dept_mrb": "长宁区市场监督管理局", "dept_tobacco": "上海市烟草专卖局长宁分局"}
    return {
        "format": 1,
        "site": SITE,
        "keys": [key_row(signer) for signer in KEY_TIMES],
        "department_numbers": list(DEPARTMENTS),
        "matter_numbers": [list(pair) for pair in MATTERS],
        "departments": {body: {"name": name, "hotline": "12345", "remedies": remedies} for body, name in names.items()},
        "matters": {"m_food_license": {"name": "食品经营许可"}, "m_tobacco": {"name": "烟草专卖零售许可"}},
    }


def keys_text() -> str:
    """The file."""
    return json.dumps(keys_document(), ensure_ascii=False, indent=1)


ENTRIES = {
    201: Entry(1, {2: ItemState.SUSPENDED}),
    202: Entry(2, {1: ItemState.REVOKED}),
    203: Entry(3, {}),
    204: Entry(1, {n: state for n, state in enumerate(list(ItemState)[1:7], 1)}),
    205: Entry(1, {1: ItemState.CANCELLED, 2: ItemState.CANCELLED}),
    70_000: Entry(12, {99: ItemState.WITHDRAWN}),
}
KEYS_HASH = hashlib.sha256(keys_text().encode()).digest()
STATUSES = StatusList(AS_OF, AS_OF + timedelta(hours=24), 100_000, ENTRIES, KEYS_HASH)


def status_file(statuses: StatusList = STATUSES, signer: VectorSigner = MAIN) -> bytes:
    """status.cbor."""
    return status_list.seal(statuses, signer)


def licence(items: int = 2, **changes: Any) -> Content:
    """A usual licence's content: seat 123, issued four days before the moment of asking, valid for five years."""
    matters = [
        "m_food_license",
        "m_tobacco",
        *(one for one in USUAL_DEPARTMENT if one not in ("m_food_license", "m_tobacco")),
    ]
    content = Content(
        number="沪长综许〔2026〕000123号",
        version=1,
        holder="上海长宁愚园路示例便利店有限公司",
        uscc="91310105MA1FW00290",
        issued_at=ISSUED,
        seat=123,
        items=tuple(
            CodeItem(n, matter, USUAL_DEPARTMENT[matter], date(2026, 2, 26), date(2031, 2, 25), 122 + n)
            for n, matter in enumerate(matters[:items], 1)
        ),
    )
    return replace(content, **changes)


def with_items(content: Content, **changes: Any) -> Content:
    """The content with the same change to each of its items."""
    return replace(content, items=tuple(replace(item, **changes) for item in content.items))


def url(raw: bytes, *, site: str = SITE, short: str = "7KQ2M4XWZD") -> str:
    """The text of a code."""
    return code.to_url(site, short, raw)


@dataclass(frozen=True)
class Case:
    """A text, when it is asked about, and the verdict and reason that are due."""

    name: str
    text: str
    verdict: str
    reason: str = ""
    at: datetime = AT
    warnings: tuple[str, ...] = ()
