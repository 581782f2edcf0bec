"""What could not leave the house, and what was told in a case: the service office's view of the outbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.identity import mask_phone
from certificates.models import LicenceVersion
from outbox.models import Channel, DeliveryAttempt, Message, Parcel
from permits.models import Case, Document

MOST = 200
WORDS: Mapping[str, str | Promise] = {
    "permits.document": _("生成文书文件"),
    "permits.all_decided": _("制证"),
    "permits.granted_late": _("制作证照新版本"),
    "certificates.issued": _("安排走访和电子送达"),
    "permits.serve": _("电子送达文书"),
    "certificates.paper": _("生成证照文件"),
    "certificates.collect": _("归集到市电子证照库"),
    "certificates.collection_day": _("与市电子证照库核对一天"),
    "permits.message": _("编写消息"),
    "workflows.appointment": _("通知预约"),
    "workflows.suspicion": _("通知疑似假证的报告和处理"),
    "workflows.reminder": _("登记催办"),
    "workflows.reminders_of_the_day": _("编写当日催办通知"),
    "outbox.message": _("发送消息"),
}
"""What each kind of parcel does, for people."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A parcel that nobody tries any more, and the number of the case that it belongs to."""

    parcel: Parcel
    what: str
    number: str


@dataclass(frozen=True, slots=True)
class Told:
    """A message of a case as the delivery log shows it; its address is shown in part."""

    message: Message
    to: str
    attempts: tuple[DeliveryAttempt, ...]


def dead() -> QuerySet[Parcel]:
    """Parcels whose last attempt failed: they wait for a person."""
    return Parcel.objects.filter(status=Parcel.Status.DEAD)


def count_dead() -> int:
    """How many wait for a person."""
    return dead().count()


def stuck() -> list[Stuck]:
    """The parcels that wait for a person, the oldest first, with their cases: a query for each kind of thing."""
    parcels = list(dead().order_by("created_at", "pk")[:MOST])
    numbers = _numbers(parcels)
    return [Stuck(parcel, str(WORDS.get(parcel.kind, parcel.kind)), numbers.get(parcel.pk) or "") for parcel in parcels]


def _numbers(parcels: Iterable[Parcel]) -> dict[int, str]:
    """Case number by parcel. A payload names a case, a document, a licence's version or a message."""
    found: dict[int, str] = {}
    for name, rows, key, number in (
        ("case", Case.objects.all(), "pk", "number"),
        ("document", Document.objects.all(), "pk", "case__number"),
        ("version", LicenceVersion.objects.all(), "pk", "licence__case__number"),
        ("message", Message.objects.all(), "key", "about"),
    ):
        wanted = {parcel.pk: parcel.payload[name] for parcel in parcels if name in parcel.payload}
        if wanted:
            known: dict[Any, str] = dict(rows.filter(**{f"{key}__in": wanted.values()}).values_list(key, number))
            found |= {pk: known.get(value) or "" for pk, value in wanted.items()}
    return found


def told(case: Case) -> list[Told]:
    """Everything that was told in a case, the newest first, with what was tried to bring it there."""
    messages = (
        Message.objects.filter(about=case.number or "-")
        .defer("body")
        .select_related("recipient")
        .prefetch_related(Prefetch("deliveries", DeliveryAttempt.objects.order_by("at")))
        .order_by("-created_at", "-pk")
    )
    return [Told(one, _shown(one), tuple(one.deliveries.all())) for one in messages[:MOST]]


def _shown(message: Message) -> str:
    if message.channel == Channel.SMS:
        return mask_phone(message.address)
    if message.channel == Channel.EMAIL:
        name, _at, host = message.address.partition("@")
        return f"{name[:1]}***@{host}"
    return ""
