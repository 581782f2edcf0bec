"""Signing and verifying a licence's code with six items, in Python and in the browser's JavaScript - beside the bare
signature of the `cryptography` package; and the status list of 100,000 licences."""

import json
import random
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.measure import OURS, Measurement, times_ms

TIMES = 100
AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
LICENCES = 100_000
SITE = "https://permits.example.gov.cn"


def measurements(runs: int) -> Iterable[Measurement]:
    """Milliseconds for one signature and one verification; the peer does the elliptic curve alone. Then sizes."""
    yield from python(runs)
    with tempfile.TemporaryDirectory() as folder:
        yield from list_of_all(Path(folder), runs)
        yield from javascript(Path(folder), runs)
    yield from refusals()


def python(runs: int) -> Iterator[Measurement]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    from bench.sample import content, signer_and_keys
    from certificates import code

    sample = content(date(2026, 3, 2), AT)
    signer, keys = signer_and_keys(AT)
    signed = code.seal(sample, signer)
    text = code.to_url(SITE, "ABCDEFGH2345", signed)
    curve = ec.generate_private_key(ec.SECP256R1())
    public, algorithm = curve.public_key(), ec.ECDSA(hashes.SHA256())
    bare = curve.sign(signed, algorithm)
    sizes = {"bytes": len(signed), "items": len(sample.items)}

    def each(work: Any) -> tuple[float, ...]:
        return tuple(value / TIMES for value in times_ms(lambda: [work() for _ in range(TIMES)], runs=runs))

    yield Measurement("sign a code", OURS, "ms", each(lambda: code.seal(sample, signer)), sizes=sizes)
    yield Measurement("sign a code", "bare ECDSA P-256", "ms", each(lambda: curve.sign(signed, algorithm)))
    yield Measurement("verify a code", OURS, "ms", each(lambda: code.verify(code.parse(text), keys)), sizes=sizes)
    yield Measurement("verify a code", "bare ECDSA P-256", "ms", each(lambda: public.verify(bare, signed, algorithm)))
    yield from code_sizes()


def code_sizes() -> Iterator[Measurement]:
    """Bytes of a code, the modules of its QR code (level M), and what that makes on 32 mm."""
    from bench.sample import content, signer_and_keys
    from certificates import code
    from paper import qr

    signer, _keys = signer_and_keys(AT)
    sample = content(date(2026, 3, 2), AT)
    for items in (2, 6, 12):
        more = [replace(sample.items[n % 6], position=n + 1) for n in range(items)]
        signed = code.seal(replace(sample, items=tuple(more)), signer)
        address, _, digits = code.to_url(SITE, "ABCDEFGH23", signed).partition("#")
        modules = len(qr.matrix(segments=[("byte", f"{address}#"), ("numeric", digits)]))
        sizes = {"modules with quiet zone": modules, "mm a module at 32 mm": round(32 / modules, 3)}
        yield Measurement(f"size of a code, {items} items", OURS, "bytes", (float(len(signed)),), sizes=sizes)


def list_of_all(folder: Path, runs: int) -> Iterator[Measurement]:
    """The status list of 100,000 licences: one in a hundred has a revoked item; in the other, one in ten was renewed too."""
    from certificates.coding import status_list
    from certificates.coding.status_list import CHINA, Entry, StatusList
    from certificates.status import ItemState
    from tests.vectors.issuer import MAIN, keys_text
    from tests.vectors.make import published

    keys, chance = published().keys, random.Random(2026)
    at = AT.astimezone(CHINA)
    revoked = {
        seat: Entry(1, {chance.randint(1, 6): ItemState.REVOKED})
        for seat in chance.sample(range(1, LICENCES), LICENCES // 100)
    }
    renewed = {seat: Entry(2) for seat in chance.sample(range(1, LICENCES), LICENCES // 10)} | revoked
    for name, entries in (("1 % with a revoked item", revoked), ("and 10 % renewed", renewed)):
        statuses = StatusList(at, at + timedelta(hours=24), LICENCES, entries)
        raw = status_list.seal(statuses, MAIN)
        subject = f"status list of {LICENCES:,}, {name}"
        yield Measurement(f"{subject}: size", OURS, "bytes", (float(len(raw)),), sizes={"entries": len(entries)})
        yield Measurement(
            f"{subject}: make and sign",
            OURS,
            "ms",
            times_ms(lambda s=statuses: status_list.seal(s, MAIN), runs=runs),  # type: ignore[misc]
        )
        yield Measurement(
            f"{subject}: verify and read",
            OURS,
            "ms",
            times_ms(lambda r=raw: status_list.unseal(r, keys), runs=runs),  # type: ignore[misc]
        )
        (folder / "status.cbor").write_bytes(raw)
    (folder / "keys.json").write_text(keys_text(), encoding="utf-8")


def javascript(folder: Path, runs: int) -> Iterator[Measurement]:
    """The browser's verifier in Node."""
    from certificates import code
    from scripts.assets import node_folder
    from tests.vectors.issuer import CHINESE, EDWARDS, MAIN, SITE, licence

    signers = {"ES256": MAIN, "EdDSA": EDWARDS, "SM2": CHINESE}
    texts = {name: code.to_url(SITE, "ABCDEFGH23", code.seal(licence(6), signer)) for name, signer in signers.items()}
    (folder / "codes.json").write_text(json.dumps({"at": AT.isoformat(), "codes": texts}), encoding="utf-8")
    script = Path(__file__).with_name("verify.mjs")
    command = [str(node_folder() / "node"), "--no-warnings", str(script), str(folder), str(TIMES)]
    told = [
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _run in range(runs)
    ]
    for name in texts:
        yield Measurement(f"verify a code in JavaScript, {name}", OURS, "ms", tuple(run[name] for run in told))
    yield Measurement("read the longer list in JavaScript", OURS, "ms", tuple(run["list"] for run in told))


def refusals() -> Iterator[Measurement]:
    """The slowest refusal of all forgeries, in Python (a full verdict each) and in JavaScript."""
    from certificates.verifying import offline
    from scripts.assets import node_folder
    from tests.vectors import make

    known, cases = make.published(), [case for case in make.all_cases() if case.verdict in ("forged", "unknown")]
    slowest = max(
        min(times_ms(lambda c=case: offline.verify_text(c.text, at=c.at, published=known), runs=3))  # type: ignore[misc]
        for case in cases
    )
    command = [str(node_folder() / "node"), "--no-warnings", str(make.HERE / "run.mjs"), "0"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    sizes = {"forgeries": len(cases)}
    yield Measurement("the slowest refusal", OURS, "ms", (slowest,), sizes=sizes, note="Python")
    yield Measurement("the slowest refusal in JavaScript", OURS, "ms", (told["slowest"],), note="first use included")
