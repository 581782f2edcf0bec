"""A scan of an issued licence and a problem that was found with it."""

from datetime import datetime
from uuid import uuid4

from accounts.actors import Actor
from accounts.models import User
from certificates import paper
from certificates.models import Licence
from workflows.models import Referral
from workflows.scanning import log, referrals
from workflows.scanning.places import Place

WHAT = "柜台向学生出售卷烟"


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
