"""Who is told, with their addresses and wishes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from accounts.identity import check_phone
from accounts.models import Authority, Substitution, User
from accounts.standing_in import substitutes_of
from accounts.substitutions import acting_heads
from audit.violations import RuleViolation
from certificates.models import ActProposal, ApplicationPart
from outbox.models import Channel, MessagePreference
from permits import proposals
from permits.models import Case, FormEntry, LimitExtension, PostCheck, Proposal, Supplement
from workflows.messages import kinds
from workflows.models import Rating, Visit

PHONES = ("f_contact_phone", "f_agent_phone", "f_rep_phone")
"""The form's telephones, in the order in which somebody without an account is called."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person with their addresses by channel, in the language they chose. Without an account there is SMS alone."""

    user: User | None
    language: str
    addresses: dict[str, str]

    def takes(self, channel: str) -> bool:
        """Whether the person can and wants to be reached this way; the inbox cannot be refused."""
        return channel in self.addresses


def of(audience: str, case: Case, on: date, matters: Iterable[str] = ()) -> Sequence[Recipient]:
    """The people of an audience of this case, with whoever stands in for one of them on this day. `matters`: those that the
    event is about."""
    return _waiting_with(case, on, matters) if audience == kinds.WAITING else AUDIENCES[audience](case, on)


def people(users: QuerySet[User]) -> list[Recipient]:
    """These users as recipients, each once; who has left is told nothing."""
    found = users.filter(is_active=True).select_related("message_preference").order_by("pk").distinct()
    return [_recipient(user) for user in found]


def _recipient(user: User) -> Recipient:
    wish = wishes(user)
    addresses = {Channel.INBOX.value: ""}
    if user.email and wish.email:
        addresses[Channel.EMAIL.value] = user.email
    if user.phone and wish.sms:
        addresses[Channel.SMS.value] = user.phone
    return Recipient(user, wish.language, addresses)


def wishes(user: User) -> MessagePreference:
    """How the person wants to be told; where they never said, as everybody."""
    return getattr(user, "message_preference", None) or MessagePreference(user=user)


def _applicants(case: Case, _on: date) -> list[Recipient]:
    """Whoever represents the enterprise, and its agents in this case; without any account, the form's telephone."""
    represents = Q(representations__enterprise_id=case.enterprise_id, representations__until__isnull=True)
    authorities = Authority.objects.running().filter(enterprise_id=case.enterprise_id, case_key__in=("", case.key))
    return people(User.objects.filter(represents | Q(authorities__in=authorities))) or _by_telephone(case)


def _by_telephone(case: Case) -> list[Recipient]:
    """A case filed at the window: its first telephone that can take an SMS."""
    entries = dict(FormEntry.objects.filter(case=case, field__in=PHONES).values_list("field", "value"))
    for number in mobiles([*(entries.get(name) for name in PHONES), case.enterprise.phone]):
        return [Recipient(None, settings.LANGUAGE_CODE, {Channel.SMS.value: number})]
    return []


def mobiles(numbers: Iterable[object]) -> Iterable[str]:
    """Those that can take an SMS."""
    for number in numbers:
        try:
            checked = check_phone(str(number or ""))
        except RuleViolation:
            continue
        if not checked.startswith("0"):
            yield checked


def _clerk(case: Case, on: date) -> list[Recipient]:
    """The clerk who asked for the latest supplement, and whoever stands in for them."""
    asked = Supplement.objects.filter(case=case).order_by("-requested_at").values_list("requested_by", flat=True)[:1]
    return people(with_substitutes(asked, on))


def _offerer(case: Case, on: date) -> list[Recipient]:
    """The clerk who offered to take papers after acceptance, and whoever stands in for them."""
    return people(with_substitutes(case.tolerances.exclude(signed_by="").values_list("offered_by", flat=True), on))


def _holders(case: Case, on: date) -> list[Recipient]:
    """The officers who have claimed a section of the case, and whoever stands in for them."""
    return people(with_substitutes(case.sections.exclude(claimed_by=None).values_list("claimed_by", flat=True), on))


def with_substitutes(keys: Iterable[int | None], on: date) -> QuerySet[User]:
    """These people, and whoever stands in for one who is absent on this day."""
    wanted = {key for key in keys if key is not None}
    running = Substitution.objects.running(on).terms()
    return User.objects.filter(pk__in=wanted.union(*(substitutes_of(running, key, on) for key in wanted)))


def _heads(case: Case, on: date) -> list[Recipient]:
    """The heads of the bodies whose extension waits for an answer, and who was named in the place of an absent one."""
    waiting = LimitExtension.objects.filter(case=case, state=LimitExtension.State.REQUESTED)
    bodies = set(waiting.values_list("case_matter__section__body__code", flat=True))
    found = (acting_heads(body, on) for body in bodies if body)
    return people(User.objects.filter(reduce(or_, found, Q(pk__in=()))))


def _askers(case: Case, on: date) -> list[Recipient]:
    """Whose requests to extend a limit were answered with no last, and whoever stands in for them."""
    rejected = case.extensions.filter(state=LimitExtension.State.REJECTED)
    last = rejected.filter(decided_at=rejected.aggregate(at=Max("decided_at"))["at"])
    return people(with_substitutes(last.values_list("requested_by", flat=True), on))


def _approvers(case: Case, on: date) -> list[Recipient]:
    """Whoever is there to approve what was proposed in the case."""
    found = [proposals.approvers(body, waiting, on) for body, waiting in _waiting_by_body(case)]
    return people(User.objects.filter(pk__in={user.pk for users in found for user in users}))


def _arrangers(case: Case, _on: date) -> list[Recipient]:
    """The heads of the bodies in which something waits for approval, and the administrators."""
    bodies = [body for body, _waiting in _waiting_by_body(case)]
    heads = Q(is_head=True, body_id__in=bodies)
    return people(User.objects.filter(heads | Q(role=User.Role.ADMINISTRATOR)))


def _handlers(case: Case, on: date) -> list[Recipient]:
    """Whose proposals were sent back last, and whoever stands in for them."""
    returned: list[Proposal | ActProposal] = [*case.proposals.filter(state=Proposal.State.SENT_BACK)]
    returned += [*case.act_proposals.filter(state=ActProposal.State.SENT_BACK)]
    at = max((one.answered_at for one in returned if one.answered_at), default=None)
    last = [one for one in returned if one.answered_at == at]
    return people(with_substitutes({one for proposal in last for one in proposal.people}, on))


def _waiting_by_body(case: Case) -> list[tuple[str, list[proposals.Proposed]]]:
    """What waits for approval in the case, by body: decisions, and acts against its permits."""
    waiting = case.proposals.waiting().select_related("case_matter__section").order_by("case_matter__section__body_id")
    by_body: dict[str, list[proposals.Proposed]] = {}
    for one in waiting:
        by_body.setdefault(one.case_matter.section.body_id, []).append(one)
    for act in case.act_proposals.filter(state=ActProposal.State.PROPOSED).select_related("item"):
        by_body.setdefault(act.item.body_id, []).append(act)
    return list(by_body.items())


def _rated(case: Case, on: date) -> list[Recipient]:
    """Whoever answers the bad reviews of the case that wait: its bodies' heads, and whom an absent one named for that;
    nobody who worked on it (R3.5)."""
    waiting = list(Rating.objects.filter(case=case, state__in=Rating.TO_ANSWER))
    acting = [acting_heads(str(code), on) for code in {one.body_id for one in waiting}]
    heads = User.objects.filter(reduce(or_, acting)) if acting else User.objects.none()
    ours = {one.pk for one in waiting}
    answering = {head.pk for head in heads if Rating.objects.answered_by(head, on).filter(pk__in=ours).exists()}
    return people(User.objects.filter(Q(pk__in=answering) | Q(role=User.Role.SERVICE_OFFICE)))


def _raters(case: Case, on: date) -> list[Recipient]:
    """Whoever gave a review of the case that was answered on this day, and nobody else of the enterprise (R3.5)."""
    answered = Rating.objects.filter(case=case, answered_at__date=on)
    return people(User.objects.filter(pk__in=answered.values("by")))


def _hidden(case: Case, on: date) -> list[Recipient]:
    """Whoever wrote words of a review of the case that were taken down on this day."""
    taken_down = Rating.objects.filter(case=case, hidden_at__date=on)
    return people(User.objects.filter(pk__in=taken_down.values("by")))


def _officers(bodies: Iterable[str]) -> list[Recipient]:
    """Everybody who acts for these bodies: nobody has taken such work on themselves."""
    roles = (User.Role.OFFICER, User.Role.SUBDISTRICT)
    return people(User.objects.filter(role__in=roles, body__code__in=set(bodies)))


def _waiting_with(case: Case, on: date, matters: Iterable[str]) -> list[Recipient]:
    """Whoever holds a section of these matters, with substitutes; of a department where nobody does, every officer."""
    sections = set(case.sections.filter(matters__matter__in=list(matters)).values_list("body", "claimed_by"))
    held = with_substitutes([holder for _body, holder in sections], on).values_list("pk", flat=True)
    free = Q(role=User.Role.OFFICER, body__code__in=[body for body, holder in sections if holder is None])
    return people(User.objects.filter(Q(pk__in=list(held)) | free))


def _checkers(case: Case, _on: date) -> list[Recipient]:
    due = case.matters.filter(post_check__state=PostCheck.State.DUE)
    return _officers(due.values_list("section__body__code", flat=True))


def _granters(case: Case, _on: date) -> list[Recipient]:
    waiting = ApplicationPart.objects.filter(application__case=case, state=ApplicationPart.State.PENDING)
    return _officers(waiting.values_list("item__body__code", flat=True))


def _reviewers(case: Case, _on: date) -> list[Recipient]:
    return _officers(case.reviews.filter(ended_at=None).values_list("body__code", flat=True))


def _presiding(case: Case, _on: date) -> list[Recipient]:
    """Whoever presides over the hearings that are to be held."""
    return people(User.objects.filter(pk__in=case.hearings.filter(state="scheduled").values("presiding")))


def _visitors(case: Case, _on: date) -> list[Recipient]:
    return _officers(Visit.objects.filter(case=case, done_on=None).values_list("body__code", flat=True))


def _inspecting(case: Case, on: date) -> list[Recipient]:
    """Whoever goes on the joint visit that was arranged last, with substitutes; of a department that has named nobody, all."""
    visit = case.inspections.order_by("-pk").first()
    if visit is None:
        return []
    named = list(visit.officers.values_list("officer", "body"))
    bodies = set(visit.parts.values_list("case_matter__section__body__code", flat=True)) - {body for _pk, body in named}
    going = with_substitutes([pk for pk, _body in named], on).values_list("pk", flat=True)
    waiting = User.objects.filter(role=User.Role.OFFICER, body_id__in=bodies).values_list("pk", flat=True)
    return people(User.objects.filter(pk__in={*going, *waiting}))


def _arranging(case: Case, _on: date) -> list[Recipient]:
    """The officers of the lead department that arranges the visit, and the service office."""
    leads = case.inspections.order_by("-pk").values_list("lead", flat=True)[:1]
    own = Q(role=User.Role.OFFICER, body__code__in=list(leads))
    return people(User.objects.filter(own | Q(role=User.Role.SERVICE_OFFICE)))


def _deciders(case: Case, _on: date) -> list[Recipient]:
    return _officers(case.referrals.waiting().values_list("body__code", flat=True))


def _scanners(case: Case, on: date) -> list[Recipient]:
    """Whose referrals in the case were answered on this day, and whoever stands in for them."""
    answered = case.referrals.filter(answered_at__date=on)
    return people(with_substitutes(answered.values_list("scan__officer", flat=True), on))


AUDIENCES: dict[str, Callable[[Case, date], Sequence[Recipient]]] = {
    kinds.APPLICANT: _applicants,
    kinds.CLERK: _clerk,
    kinds.OFFERER: _offerer,
    kinds.HOLDERS: _holders,
    kinds.HEADS: _heads,
    kinds.ASKERS: _askers,
    kinds.CHECKERS: _checkers,
    kinds.GRANTERS: _granters,
    kinds.REVIEWERS: _reviewers,
    kinds.PRESIDING: _presiding,
    kinds.VISITORS: _visitors,
    kinds.INSPECTING: _inspecting,
    kinds.ARRANGING: _arranging,
    kinds.APPROVERS: _approvers,
    kinds.HANDLERS: _handlers,
    kinds.ARRANGERS: _arrangers,
    kinds.RATED: _rated,
    kinds.RATER: _raters,
    kinds.HIDDEN: _hidden,
    kinds.DECIDERS: _deciders,
    kinds.SCANNERS: _scanners,
}
