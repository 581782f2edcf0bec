"""Handing a business the code for its own telephone (亮证): the newest version's, with a token that holds for minutes."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from certificates import code
from certificates.coding import presenting
from certificates.coding.presenting import Presented
from certificates.models import Licence
from certificates.signers import keys
from paper import qr


@dataclass(frozen=True, slots=True)
class Live:
    """The text of the shown code, and until when it holds."""

    text: str
    until: datetime

    @property
    def picture(self) -> str:
        """The code as an address that needs no fetching."""
        paper, digits = presenting.split(self.text)
        address, _, number = paper.partition("#")
        parts: list[qr.Segment] = [("byte", f"{address}#"), ("numeric", number), ("byte", "."), ("numeric", digits)]
        return qr.png_data_uri(segments=parts)


def present(licence: Licence, *, at: datetime) -> Live:
    """A token for the newest version, from now on. No row is written: what it proves is over in minutes."""
    version = licence.versions.order_by("-version")[0]
    raw = bytes(version.payload)
    paper = code.to_url(settings.SITE_URL, version.facts["code"], raw)
    begin = at.replace(microsecond=0)
    return Live(presenting.join(paper, presenting.token(raw, keys.signer(), at=begin)), begin + presenting.LIFE)


def examine(text: str, *, at: datetime) -> tuple[str, Presented | None]:
    """The paper's part of a text, and what the token behind it is worth; None where there is none."""
    paper, digits = presenting.split(text)
    return paper, presenting.examine(paper, digits, keys.verifying_keys(), at) if digits else None
