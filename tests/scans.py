"""A scan of an issued licence, a problem that was found with it, and a code that somebody forged."""

from datetime import datetime
from io import BytesIO
from uuid import uuid4

from PIL import Image

from accounts.actors import Actor
from accounts.models import User
from certificates import paper
from certificates.models import Licence
from permits.files import uploads
from workflows.models import Referral, Suspicion
from workflows.scanning import log, referrals, suspicions
from workflows.scanning.places import Place

WHAT = "柜台向学生出售卷烟"
SHOP, SEEN = "便民小吃店，定西路530号", "墙上的证书印着另一家店的名称"


def scanned(licence: Licence, officer: User, at: datetime, *, place: Place | None = None) -> log.Logged:
    """An officer has scanned the licence's paper."""
    text = paper.code_text(licence.versions.latest("version"))
    seen = log.NewScan(uuid4(), text, "camera", "other", "复查", at, "valid", place=place)
    (logged,) = log.record([seen], officer=officer, at=at)
    return logged


def referred(licence: Licence, officer: User, at: datetime, *, position: int = 2) -> Referral:
    """And found something about one permit, at another place than a colleague had seen the paper at."""
    scanned(licence, officer, at, place=Place(31.2304, 121.4737, 30))
    scan = scanned(licence, officer, at, place=Place(31.2174, 121.4187, 20)).scan
    assert scan is not None
    told = {"client_id": uuid4(), "position": position, "what": WHAT, "made_at": at}
    return referrals.refer(scan, **told, actor=Actor.of(officer), at=at)


def suspected(
    licence: Licence, officer: User, at: datetime, *, ground: str = "forged", photo: bool = False
) -> Suspicion:
    """A forged code with the licence's number, found in another's shop and reported to the service office."""
    text = paper.code_text(licence.versions.latest("version"))
    forged = f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
    place = Place(31.2174, 121.4187, 20)
    seen = log.NewScan(uuid4(), forged, "camera", "complaint", "", at, "forged", place=place)
    (logged,) = log.record([seen], officer=officer, at=at)
    assert logged.scan is not None
    told = suspicions.Told(uuid4(), ground, SHOP, SEEN, at, "signature")
    picture = uploads.take_in(drawn(), "shop.png") if photo else None
    return suspicions.report(logged.scan, told, actor=Actor.of(officer), at=at, photo=picture)


def drawn() -> BytesIO:
    """A picture, as a file."""
    file = BytesIO()
    Image.new("RGB", (480, 320), "#c8d4e4").save(file, "PNG")
    file.seek(0)
    return file
