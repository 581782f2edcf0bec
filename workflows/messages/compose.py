"""From an event to letters: the text of its kind in each recipient's language, one letter per channel.

An SMS is composed from two words alone, the end of the case's number (of a booking: its time) and an address: whatever a
template asks for, there are no names, identity numbers or telephones to be had.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from industries.reading_aid import english
from outbox import letters
from outbox.letters import Letter
from outbox.models import Channel
from permits.models import Case, ClockStop
from permits.wording import grouped
from workflows.messages import provisional, recipients
from workflows.messages.kinds import KINDS, LINKS, UNNAMED
from workflows.messages.recipients import Recipient

TAIL = 4
"""So many last digits of the case's number stand in an SMS."""
ENGLISH = "en"


def compose(payload: Mapping[str, Any]) -> None:
    """Write the letters of a parcel's event; a second time writes nothing."""
    case = Case.objects.select_related("enterprise", "catalogue").get(pk=payload["case"])
    at = datetime.fromisoformat(payload["at"])
    written = [
        letter
        for audience, channels in KINDS[payload["event"]].items()
        for recipient in recipients.of(audience, case, localtime(at).date(), payload.get("matters", ()))
        for letter in letters_to(recipient, case, payload, channels)
    ]
    letters.write(payload["key"], written, at=at)


def letters_to(
    recipient: Recipient, case: Case, payload: Mapping[str, Any], channels: tuple[Channel, ...]
) -> Iterator[Letter]:
    """A letter for each channel of the kind that is there and that the person takes."""
    available = letters.channels()
    for channel in channels:
        if channel in available and recipient.takes(channel):
            yield _letter(recipient, case, payload, channel)


def _letter(recipient: Recipient, case: Case, payload: Mapping[str, Any], channel: Channel) -> Letter:
    kind, language = payload["event"], recipient.language
    if channel == Channel.SMS:
        subject, link = "", reverse("outbox:inbox" if recipient.user else "workflows:look_up")
        body = sms_text(kind, language, case.number or "", f"{settings.SITE_URL}{link}")
    else:
        subject, body = written_text(kind, language, facts_of(case, payload, language))
        if provisional.says_so(case, payload):
            body = f"{body}\n\n{provisional.note(language)}"
        page = UNNAMED.get(kind) or LINKS.get(kind)
        link = reverse(page) if page else case.get_absolute_url()
    return Letter(
        channel=channel,
        kind=kind,
        language=language,
        body=body,
        recipient=recipient.user,
        address=recipient.addresses[channel],
        subject=subject,
        link=link,
        about="" if kind in UNNAMED else case.number or "",
    )


def facts_of(case: Case, payload: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a written message may say of the case, with the event's own facts."""
    rows = {row.matter: row for row in case.matters.all()}
    matters, first, still, barred = (
        [rows[id] for id in payload.get(key, ()) if id in rows] for key in ("matters", "first", "still", "barred")
    )
    industries = case.own_catalogue.industries
    return {
        **payload,
        "number": grouped(case.number or ""),
        "enterprise": case.enterprise.name,
        "industries": named([industries[id].name for id in case.industries if id in industries], language),
        "industry_name": named([one.name for id, one in industries.items() if id == payload.get("industry")], language),
        "papers": named(list(payload.get("papers", ())), language),
        "paper": named([payload["paper"]], language) if "paper" in payload else "",
        "matters": named([row.name for row in matters], language),
        "first": named([row.name for row in first], language),
        "still": named([row.name for row in still], language),
        "barred": named([row.name for row in barred], language),
        "moves": [
            _move(rows[move["matter"]].name, move, language)
            for move in payload.get("moves", ())
            if move["matter"] in rows
        ],
        "ground_name": str(dict(ClockStop.Ground.choices).get(payload.get("ground", ""), "")),
        "is_filing": bool(matters) and all(row.is_filing for row in matters),
        "received_on": case.received_on,
        "accepted_on": case.accepted_on,
        "promised_by": case.promised_by,
    }


def _move(name: str, move: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A limit that moved, in words."""
    days = {key: move[key] or str(_("未定")) for key in ("before", "after")}
    return {"name": named([name], language), "promised": move["limit"] == "promised_by", **days}


def named(names: list[str], language: str) -> str:
    """Names in a row; in English with what they mean, since the Chinese name is the legal one."""
    if language != ENGLISH:
        return "、".join(names)
    return ", ".join(f"{english(name)} ({name})" if english(name) else name for name in names)


def written_text(kind: str, language: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body."""
    with translation.override(language):
        text = _template(f"messages/{kind}.{language}.txt").render(_plain(facts))
    subject, _break, body = text.partition("\n")
    return subject.strip(), body.strip()


def sms_text(kind: str, language: str, number: str, link: str) -> str:
    """The text of an SMS, in one line."""
    text = _template(f"messages/sms/{kind}.{language}.txt").render(_plain({"tail": number[-TAIL:], "link": link}))
    return " ".join(text.split())


def booking_sms(kind: str, language: str, when: str, link: str) -> str:
    """The text of an SMS about a booked time, in one line: beside the address it has the day and the time."""
    return " ".join(
        _template(f"messages/sms/{kind}.{language}.txt").render(_plain({"when": when, "link": link})).split()
    )


def _plain(facts: Mapping[str, Any]) -> Context:
    """Messages are plain text: nothing in them is escaped."""
    return Context(dict(facts), autoescape=False)


@cache
def _template(name: str) -> Template:
    found: Template = get_template(name).template  # type: ignore[attr-defined]
    return found
