"""One letter per person and day with all their reminders, so that nobody drowns when many things fall due in one night.

`take` notes who is told of a reminder; half an hour after the first one of the day `send` writes one message, one e-mail,
to the enterprise's people one SMS. What comes later that day waits for the next day's letter.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from audit.rows import insert_new_rows
from outbox import letters, post
from outbox.letters import Letter
from outbox.models import Channel
from permits.models import Case
from permits.wording import grouped
from workflows.messages import compose, kinds, recipients
from workflows.messages.recipients import Recipient
from workflows.models import Reminded, Reminder
from workflows.reminders import alarms, people, sources, wording
from workflows.reminders.ladder import REVIEWS, Level

KIND = "reminders"
"""The kind of the letters, and of their texts."""
PARCEL = "workflows.reminders_of_the_day"
GATHERING = timedelta(minutes=30)
"""From the first reminder of a person's day until its letter: a night's run is over by then."""


def take(payload: dict[str, Any], at: datetime) -> None:
    """Note who is told of a reminder; a second time notes nothing."""
    reminder = Reminder.objects.select_related("case__enterprise").get(
        subject=payload["subject"], rule=payload["rule"], due_on=payload["due_on"]
    )
    found = people.staff(reminder, at)
    if Level.APPLICANT in reminder.levels and reminder.case:
        everybody = recipients.of(kinds.APPLICANT, reminder.case, timezone.localtime(at).date())
        found |= {one.user.pk for one in everybody if one.user}
        _by_sms(reminder, reminder.case, [one for one in everybody if one.user is None], at)
    insert_new_rows([Reminded(reminder=reminder, user_id=pk) for pk in sorted(found)])
    announce(found, at)


def _by_sms(reminder: Reminder, case: Case, without_account: Sequence[Recipient], at: datetime) -> None:
    """Whoever filed at the window has neither inbox nor e-mail: they get a word at once."""
    link = reverse("workflows:look_up")
    text = compose.sms_text(KIND, settings.LANGUAGE_CODE, case.number or "", f"{settings.SITE_URL}{link}")
    if Channel.SMS in letters.channels():
        found = [_letter(one, Channel.SMS, "", text, link, case.number or "") for one in without_account]
        letters.write(reminder.key, found, at=at)


def announce(users: Iterable[int], at: datetime) -> None:
    """Plan today's letter of these people, once."""
    today = timezone.localtime(at).date()
    drafts = [(PARCEL, f"reminders:{pk}:{today}", {"user": pk, "on": str(today)}) for pk in sorted(users)]
    post.put_many(drafts, at=at, due_at=at + GATHERING)


def announce_left_over(at: datetime) -> None:
    """Plan a letter for everybody who has something that stands in none yet."""
    waiting = Reminded.objects.filter(told_at=None).order_by().values_list("user", flat=True)
    announce(set(waiting), at)


def send(payload: dict[str, Any], at: datetime) -> None:
    """Write a person's letter of the day from everything that they were not told yet."""
    rows = Reminded.objects.filter(user=payload["user"], told_at=None).select_for_update(of=("self",))
    rows = rows.select_related("reminder__case__enterprise", "reminder__body").order_by("reminder__due_on", "pk")
    waiting = list(rows)
    still = _still([row.reminder for row in waiting], at)
    for person in recipients.people(User.objects.filter(pk=payload["user"])) if still else ():
        written = _letters(person, still, date.fromisoformat(payload["on"]))
        letters.write(f"reminders:{payload['on']}", written, at=at)
    Reminded.objects.filter(pk__in=[row.pk for row in waiting]).update(told_at=at)


def _still(reminders: Sequence[Reminder], at: datetime) -> list[Reminder]:
    """Those that are still so: nobody is reminded of what was done while the letter waited."""
    if not reminders:
        return []
    found = sources.still_open(reminders)
    alarming = {reminder.subject for reminder in alarms.standing(at)}
    return [one for one in reminders if one.pk in found or one.subject in alarming]


def _letters(person: Recipient, reminders: Sequence[Reminder], on: date) -> Iterable[Letter]:
    """The same lines for inbox and e-mail; for the enterprise's people an SMS that names nothing but a number's end."""
    assert person.user is not None  # asked for by their account
    is_applicant = person.user.role == User.Role.APPLICANT
    cases = {None if reminder.kind in REVIEWS else reminder.case_id for reminder in reminders}
    one = reminders[0].case if len(cases) == 1 and None not in cases else None
    link = reverse("workflows:my_cases" if is_applicant else "workflows:reminders")
    if one and is_applicant:
        link = one.get_absolute_url()
    about = (one.number or "") if one else ""
    with translation.override(person.language):
        facts = {"lines": [_line(reminder, person.language) for reminder in reminders], "on": on}
    subject, body = compose.written_text(KIND, person.language, facts)
    channels = kinds.KINDS[KIND][kinds.APPLICANT if is_applicant else kinds.STAFF]
    for channel in channels:
        if channel not in letters.channels() or not person.takes(channel):
            continue
        if channel == Channel.SMS:
            inbox = reverse("outbox:inbox")
            text = compose.sms_text(KIND, person.language, about, f"{settings.SITE_URL}{inbox}")
            yield _letter(person, channel, "", text, inbox, about)
        else:
            yield _letter(person, channel, subject, body, link, about)


def _line(reminder: Reminder, language: str) -> str:
    words = wording.line(reminder, language)
    if reminder.case is None or reminder.kind in REVIEWS:
        return words
    return f"{grouped(reminder.case.number or '')} {reminder.case.enterprise.name}: {words}"


def _letter(person: Recipient, channel: str, subject: str, body: str, link: str, about: str) -> Letter:
    return Letter(
        channel=channel,
        kind=KIND,
        language=person.language,
        body=body,
        recipient=person.user,
        address=person.addresses[channel],
        subject=subject,
        link=link,
        about=about,
    )
