"""Finding at the counter: one box for names, pinyin, initials, credit codes, telephones, numbers, and whatever a scanner sends."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import name_search
from accounts.models import Authority, Enterprise, User
from accounts.register import business_register
from industries.models import Notice
from permits.models import Case, Handover
from workflows.desk import scans
from workflows.desk.scans import Found, Kind
from workflows.lists.worklists import search_condition
from workflows.words.counter import with_whom

MOST = 20
"""Lines shown of each kind: whoever finds more writes more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found; with whom it is now."""

    case: Case
    href: str

    @property
    def with_whom(self) -> str:
        return with_whom(self.case)


@dataclass(frozen=True, slots=True)
class Finds:
    """What a line led to: cases, the newest first, and enterprises that can begin one."""

    said: Found
    cases: tuple[Hit, ...]
    enterprises: tuple[tuple[str, str], ...]
    notice: Notice | None = None

    @property
    def only(self) -> str:
        """Where to go at once: a number or a code that leads to exactly one place."""
        if self.said.kind == Kind.NOTICE and self.notice:
            return reverse("permits:start", args=[self.notice.code])
        if self.said.kind in (Kind.CASE, Kind.PROGRESS, Kind.LICENCE) and len(self.cases) == 1:
            return self.cases[0].href
        return ""


def find(user: User, text: str) -> Finds:
    """Everything that the line may mean, for whoever may see it."""
    said = scans.read(text, case_prefix=settings.CASE_NUMBER_PREFIX)
    if not said.value:
        return Finds(said, (), ())
    notice = Notice.objects.filter(code=said.value).first() if said.kind == Kind.NOTICE else None
    cases = [] if said.kind == Kind.NOTICE else _cases(user, said)
    return Finds(said, tuple(Hit(case, desk_of(case)) for case in cases), tuple(_enterprises(said)), notice)


def desk_of(case: Case) -> str:
    """The case's page at the counter."""
    return reverse("workflows:case_desk", args=[case.key])


def _cases(user: User, said: Found) -> Sequence[Case]:
    seen = Case.objects.visible_to(user)
    if said.kind == Kind.WORDS and name_search.is_typed(said.value):
        named = seen.filter(name_search.begins_with(said.value, "enterprise__"))
        rows = named if named.exists() else seen.filter(_condition(said))
    else:
        rows = seen.filter(_condition(said))
    rows = rows.select_related("enterprise", "catalogue").defer("catalogue__document")
    return list(rows.order_by("-created_at", "-pk")[:MOST])


def _condition(said: Found) -> Q:
    match said.kind:
        case Kind.CASE:
            return Q(number=said.value)
        case Kind.PROGRESS:
            return Q(code=said.value)
        case Kind.LICENCE:
            code = said.value.partition("#")[0].rstrip("/").rpartition("/")[2]
            return Q(licence__code=code)
        case Kind.ENTERPRISE:
            return Q(enterprise__uscc=said.value)
        case Kind.PERSON:
            of_agent = Authority.objects.filter(agent_id_number=said.value)
            return _of_either(Enterprise.objects.filter(representative_id_number=said.value), of_agent)
        case Kind.PHONE:
            of_agent = Authority.objects.filter(agent_phone=said.value)
            return _of_either(Enterprise.objects.filter(phone=said.value), of_agent)
        case _:
            return search_condition(said.value, "")


def _of_either(enterprises: QuerySet[Enterprise], authorities: QuerySet[Authority]) -> Q:
    """The cases of these enterprises and of agents by these authorities. Looked up first, each by its own index: joined by an
    "or" the database would read every case."""
    keys = {"enterprise__in": list(enterprises.values_list("pk", flat=True))}
    return Q(**keys) | Q(authority__in=list(authorities.values_list("pk", flat=True)))


def _enterprises(said: Found) -> list[tuple[str, str]]:
    """Code and name of those that a case could be begun for: known ones first, then the register's."""
    known: QuerySet[Enterprise]
    if said.kind == Kind.ENTERPRISE:
        known = Enterprise.objects.filter(uscc=said.value)
    elif said.kind == Kind.PERSON:
        known = Enterprise.objects.filter(representative_id_number=said.value)
    elif said.kind == Kind.PHONE:
        known = Enterprise.objects.filter(phone=said.value)
    elif said.kind == Kind.WORDS:
        known = _named(said.value)
    else:
        return []
    found = dict(known.order_by("name").values_list("uscc", "name")[:MOST])
    for facts in business_register().search(said.value, MOST) if said.kind in (Kind.ENTERPRISE, Kind.WORDS) else ():
        found.setdefault(facts.uscc, str(facts.values["name"]))
    return list(found.items())[:MOST]


def name_of(uscc: str) -> str:
    """The name of the enterprise of this code, as we or the register know it; empty where neither does."""
    known = Enterprise.objects.filter(uscc=uscc).values_list("name", flat=True).first()
    facts = None if known else business_register().find(uscc)
    return known or (str(facts.values["name"]) if facts else "")


def _named(text: str) -> QuerySet[Enterprise]:
    """The enterprises that words mean: by pinyin or initials where they could be that, else every word in the name."""
    if name_search.is_typed(text):
        return name_search.by_pinyin(Enterprise.objects.all(), text)
    words = Q()
    for word in text.split():
        words &= Q(name__icontains=word) | Q(pinyin__contains=word.lower()) | Q(initials__contains=word.lower())
    return Enterprise.objects.filter(words)


def last_handover(case: Case) -> Handover | None:
    """How it last passed between home and the counter."""
    return case.handovers.select_related("by").last()
