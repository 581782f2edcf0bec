"""The interested party (利害关系人) of a hearing (arts. 36, 46, 47; R2.23): who is no applicant and whose interests the permit touches.

An unguessable address is handed over with the notice, on a slip, and by SMS where a telephone is known. Behind it stands what
concerns this party and nothing else of the case: there it asks for the hearing, gives it up, and says what it thinks.
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.identity import check_phone
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from outbox import letters, post
from outbox.letters import Letter
from outbox.models import Channel
from permits import messages
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Hearing
from permits.rules import require_reason

ROLE = "interested_party"
SMS_TEXT = "【长宁一业一证】有一项与您有关的行政许可听证告知，请打开 {link} 查看。"


def reached_by(party: str, phone: str) -> dict[str, str]:
    """The columns by which an interested party is reached; none of an applicant's own right."""
    if not party:
        if phone.strip():
            raise RuleViolation("party", _("手机只为利害关系人填写"), field="party_phone", rule="R2.23")
        return {}
    return {
        "code": secrets.token_urlsafe(15),
        "party_phone": check_phone(phone, field="party_phone") if phone.strip() else "",
    }


def actor_of(one: Hearing) -> Actor:
    """Whoever has the address, as the log names them."""
    return Actor(role=ROLE, label=f"利害关系人 {one.party}"[:100], body=one.code)


def is_party(actor: Actor, one: Hearing) -> bool:
    """Whether it is the party of this very hearing, come by its own address."""
    return actor.role == ROLE and bool(one.code) and actor.body == one.code


def address_of(one: Hearing) -> str:
    """Where the party finds what concerns it."""
    return f"{settings.SITE_URL}{reverse('workflows:hearing_party', args=[one.code])}"


def announce(one: Hearing, what: str, at: datetime) -> None:
    """Send the address by SMS, where a telephone is known and SMS is connected; nothing of the case stands in it."""
    if not one.party_phone or Channel.SMS not in letters.channels():
        return
    link = reverse("workflows:hearing_party", args=[one.code])
    letter = Letter(
        channel=Channel.SMS,
        kind="hearing_party",
        language=settings.LANGUAGE_CODE,
        body=SMS_TEXT.format(link=f"{settings.SITE_URL}{link}"),
        address=one.party_phone,
        link=link,
    )
    letters.write(f"hearing_party:{one.pk}:{what}", [letter], at=at)


def state(case: Case, *, pk: int, statement: str, actor: Actor, at: datetime) -> Hearing:
    """The party says what it thinks of the application (art. 36), as long as nothing is decided; the newest word stands."""
    with holding(case):
        one = Hearing.objects.select_related("case_matter").get(case=case, pk=pk)
        if not is_party(actor, one):
            raise RuleViolation("not_the_party", _("只有告知书写明的利害关系人可以提出意见"), rule="R2.23")
        if not one.case_matter.is_undecided or case.state not in Case.UNDECIDED_STATES:
            raise RuleViolation(
                "decided_already", _("这一事项已经办结，不能再提出意见"), field="statement", rule="R2.23"
            )
        one.statement, one.stated_at = require_reason(statement, "statement"), at
        update_rows([one], ["statement", "stated_at"])
        said = {"matters": [one.case_matter.matter], "party": one.party, "statement": one.statement}
        chain.append(case, act="hearing_stated", actor=actor.label, at=at, facts=said)
        update_rows([case], HEAD)
        about = {"matters": said["matters"], "party": one.party}
        post.put_many([messages.told(case, "hearing_stated", at=at, **about)], at=at)
        return one
