"""A licence with six items as the benchmarks sign and print it; all of it made up."""

from datetime import date, datetime

from certificates.coding.packing import CodeItem, Content
from certificates.signers.signing import KeySigner, VerifyingKey, make_private_key

ITEMS = (
    ("m_food_license", "dept_mrb"),
    ("m_tobacco", "dept_tobacco"),
    ("m_fire", "dept_fire"),
    ("m_drainage", "dept_water"),
    ("m_signboard", "dept_subdistrict"),
    ("m_health", "dept_health"),
)


def content(on: date, at: datetime) -> Content:
    """What the code of a licence with six items carries."""
    until = on.replace(year=on.year + 5)
    return Content(
        number="沪长综许〔2026〕000123号",
        version=1,
        holder="长宁示例便利店有限公司上海分公司",
        uscc="91310105MA1FW00290",
        issued_at=at,
        seat=1,
        items=tuple(
            CodeItem(place, matter, department, on, until, tail=place)
            for place, (matter, department) in enumerate(ITEMS, start=1)
        ),
    )


def signer_and_keys(at: datetime) -> tuple[KeySigner, dict[bytes, VerifyingKey]]:
    """A fresh key and the ring in which a verifier finds it."""
    signer = KeySigner(make_private_key("ES256"))
    key = VerifyingKey(signer.kid, signer.algorithm, signer.private.public_key(), at)
    return signer, {signer.kid: key}
