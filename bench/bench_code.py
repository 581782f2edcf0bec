"""Signing and verifying a licence's code with six items - beside the bare signature of the `cryptography` package."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bench.measure import OURS, Measurement, times_ms

TIMES = 100
AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def measurements(runs: int) -> Iterable[Measurement]:
    """Milliseconds for one signature and one verification; the peer does the elliptic curve alone."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    from bench.sample import content, signer_and_keys
    from certificates import code

    sample = content(date(2026, 3, 2), AT)
    signer, keys = signer_and_keys(AT)
    signed = code.seal(sample, signer)
    text = code.to_url("https://permits.example.gov.cn", "ABCDEFGH2345", signed)
    curve = ec.generate_private_key(ec.SECP256R1())
    bare = curve.sign(signed, ec.ECDSA(hashes.SHA256()))
    sizes = {"bytes": len(signed), "items": len(sample.items)}

    def each(work: object) -> tuple[float, ...]:
        return tuple(value / TIMES for value in times_ms(work, runs=runs))  # type: ignore[arg-type]

    def sign() -> None:
        for _ in range(TIMES):
            code.seal(sample, signer)

    def verify() -> None:
        for _ in range(TIMES):
            code.verify(code.parse(text), keys)

    def bare_sign() -> None:
        for _ in range(TIMES):
            curve.sign(signed, ec.ECDSA(hashes.SHA256()))

    def bare_verify() -> None:
        public = curve.public_key()
        for _ in range(TIMES):
            public.verify(bare, signed, ec.ECDSA(hashes.SHA256()))

    yield Measurement("sign a code", OURS, "ms", each(sign), sizes=sizes)
    yield Measurement("sign a code", "bare ECDSA P-256", "ms", each(bare_sign))
    yield Measurement("verify a code", OURS, "ms", each(verify), sizes=sizes)
    yield Measurement("verify a code", "bare ECDSA P-256", "ms", each(bare_verify))
